// Rate limits: a budget an hour for each login and resource ("core" for REST, "graphql", "search").

import {jsonAnswer} from './http.mjs';

const DEFAULT_LIMITS = {core: 5000, graphql: 5000, search: 30};
const DOCUMENTATION = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';

export class RateLimits {
  // configured: {core: {limit, remaining, reset_in}} of the scenario.
  constructor(world, configured = {}) {
    this.world = world;
    this.configured = configured;
    this.budgets = new Map();
  }

  budget(login, resource) {
    const key = `${login ?? 'anonymous'} ${resource}`;
    const now = Math.floor(this.world.milliseconds() / 1000);
    const existing = this.budgets.get(key);
    if (existing && existing.reset > now) {
      return existing;
    }
    // The scenario's figures hold for the first window; later ones are full.
    const first = existing ? {} : this.configured[resource] ?? {};
    const limit = this.configured[resource]?.limit ?? DEFAULT_LIMITS[resource];
    const fresh = {limit, used: limit - (first.remaining ?? limit), reset: now + (first.reset_in ?? 3600)};
    this.budgets.set(key, fresh);
    return fresh;
  }

  remaining(login, resource) {
    const {limit, used} = this.budget(login, resource);
    return Math.max(0, limit - used);
  }

  charge(login, resource, points) {
    this.budget(login, resource).used += points;
  }

  headers(login, resource) {
    const {limit, used, reset} = this.budget(login, resource);
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(this.remaining(login, resource)),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': resource,
    };
  }

  // As GET /rate_limit shows a budget.
  describe(login, resource) {
    const {limit, used, reset} = this.budget(login, resource);
    return {limit, used, remaining: this.remaining(login, resource), reset};
  }

  // GraphQL says it with status 200, REST with 403.
  primaryAnswer({resource, login}) {
    const budget = this.budget(login, resource);
    budget.used = Math.max(budget.used, budget.limit);
    if (resource === 'graphql') {
      const error = {type: 'RATE_LIMITED', code: 'graphql_rate_limit', message: 'API rate limit already exceeded for user ID 1.'};
      return jsonAnswer(200, {errors: [error]}, this.headers(login, resource));
    }
    const message = 'API rate limit exceeded for user ID 1. If you reach out to GitHub Support for help, please include the request ID.';
    return jsonAnswer(403, {message, documentation_url: DOCUMENTATION, status: '403'}, this.headers(login, resource));
  }

  secondaryAnswer({resource, login}, fault) {
    const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
    const documentation = `${DOCUMENTATION}#about-secondary-rate-limits`;
    const retryAfter = fault.retry_after === undefined ? {} : {'retry-after': String(fault.retry_after)};
    const headers = {...this.headers(login, resource), ...retryAfter, ...fault.headers};
    return jsonAnswer(fault.status ?? 403, {message, documentation_url: documentation}, headers);
  }
}
