// The entry points: viewer, rateLimit, repository, node, nodes, user, search, resource.

import {isoTime} from '../../world.mjs';
import {canSee} from '../../permissions.mjs';
import {isVisible} from '../../pulls.mjs';
import {Refusal, notFound} from '../../refusal.mjs';
import {searchItems} from '../search.mjs';

const MAX_IDS = 100;

export const queryFields = {
  Query: {
    viewer: (root, args, {viewer}) => viewer,
    rateLimit,
    repository: (root, {owner, name}, context) => findRepository(context, owner, name),
    node: (root, {id}, context) => findNode(context, id),
    nodes: findNodes,
    user: (root, {login}, context) => findUser(context, login),
    repositoryOwner: (root, {login}, {world}) => world.user(login),
    search: searchItems,
    resource: findResource,
  },
};

function rateLimit(root, args, {cost, rateLimits, login}) {
  const {limit, used, reset} = rateLimits.budget(login, 'graphql');
  const total = used + cost.points;
  return {
    cost: cost.points,
    nodeCount: cost.nodes,
    limit,
    used: total,
    remaining: Math.max(0, limit - total),
    resetAt: isoTime(reset * 1000),
  };
}

export function findRepository({world, login}, owner, name) {
  const repository = world.repository(owner, name) ?? world.renamedRepository(owner, name);
  if (!repository || !canSee(repository, login)) {
    throw notFound(`Could not resolve to a Repository with the name '${owner}/${name}'.`);
  }
  return repository;
}

// What one may not see does not exist.
export function findNode({world, login}, id) {
  const node = world.nodes.get(id);
  const repository = node?.kind === 'Repository' ? node : node?.repository;
  const isHidden = node && ((repository && !canSee(repository, login)) || !isVisible(node, login));
  if (!node || isHidden) {
    throw notFound(`Could not resolve to a node with the global id of '${id}'.`);
  }
  return node;
}

// An id that leads nowhere makes an error of its own; the others are answered.
function findNodes(root, {ids}, context) {
  if (ids.length > MAX_IDS) {
    throw new Refusal('ARGUMENT_LIMIT', `You may not provide more than ${MAX_IDS} node ids; you provided ${ids.length}.`);
  }
  return ids.map((id) => {
    try {
      return findNode(context, id);
    } catch (error) {
      return error;
    }
  });
}

function findUser({world}, login) {
  const user = world.user(login);
  if (user?.kind !== 'User') {
    throw notFound(`Could not resolve to a User with the login of '${login}'.`);
  }
  return user;
}

// Finds repositories, issues, pull requests and workflows by their address on the web.
function findResource(root, {url}, context) {
  const [owner, name, kind, ...rest] = new URL(url, 'http://localhost').pathname.split('/').filter(Boolean);
  const repository = context.world.repository(owner ?? '', name ?? '');
  if (!repository || !canSee(repository, context.login)) {
    return null;
  }
  if (kind === 'issues' || kind === 'pull') {
    return repository.items.get(Number(rest[0])) ?? null;
  }
  if (kind === 'actions' && rest[0] === 'workflows') {
    return [...repository.workflows.values()].find((workflow) => workflow.file === rest[1]) ?? null;
  }
  return kind === undefined ? repository : null;
}
