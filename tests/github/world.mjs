// The world: everything the simulated GitHub knows, as plain objects.
//
// Each entity names its GraphQL type in `kind` and carries its global node id in `id`. People are referred to by
// login (null: the account was deleted), so that one object can be shown to different viewers.

export class World {
  constructor({now, root}) {
    this.root = root;
    this.startedAt = Date.now();
    this.now = now;
    this.standing = true;
    this.users = new Map();
    this.repositories = new Map();
    this.formerNames = new Map();
    this.nodes = new Map();
    this.counters = new Map();
    this.scenarioSteps = 0;
    this.url = '';
  }

  // The clock stands at the scenario's `now` while the world is built, however long that takes, and then runs at real
  // speed.
  milliseconds() {
    return this.standing ? this.now : this.now + (Date.now() - this.startedAt);
  }

  time() {
    return isoTime(this.milliseconds());
  }

  advance(seconds) {
    this.now += seconds * 1000;
  }

  // Things of a scenario that carry no time happened a week ago, one a minute, in the order in which they are listed.
  nextScenarioTime() {
    this.scenarioSteps += 1;
    const weekAgo = this.now - 7 * 24 * 3600 * 1000;
    return isoTime(Math.min(weekAgo + this.scenarioSteps * 60_000, this.now));
  }

  // Gives an entity its database id and its node id, and makes it findable by the latter.
  register(entity, prefix, databaseId = this.nextId(prefix)) {
    entity.databaseId = databaseId;
    entity.id = `${prefix}_${Buffer.from(`${prefix}:${databaseId}`).toString('base64url')}`;
    this.nodes.set(entity.id, entity);
    return entity;
  }

  // At GitHub most of these numbers have long left the range of a 32-bit integer; code that parses them must cope.
  nextId(prefix) {
    const next = (this.counters.get(prefix) ?? FIRST_ID[prefix] ?? 1_000) + 1;
    this.counters.set(prefix, next);
    return next;
  }

  forget(entity) {
    this.nodes.delete(entity.id);
  }

  addUser({login, id, type = 'User', name = null, email = null}) {
    const user = {kind: type, login: withoutBotSuffix(login), name, email, createdAt: isoTime(this.now - YEAR)};
    this.register(user, USER_PREFIX[type] ?? 'U', id);
    this.users.set(user.login.toLowerCase(), user);
    return user;
  }

  user(login) {
    return this.users.get(withoutBotSuffix(login).toLowerCase()) ?? null;
  }

  // A scenario may name people whom it does not list.
  ensureUser(login) {
    return this.user(login) ?? this.addUser({login});
  }

  repository(owner, name) {
    return this.repositories.get(`${owner}/${name}`.toLowerCase()) ?? null;
  }

  // The one that had this name before, as long as no other has it.
  renamedRepository(owner, name) {
    return this.formerNames.get(`${owner}/${name}`.toLowerCase()) ?? null;
  }

  // Its git repository stays where it is.
  renameRepository(repository, name) {
    this.repositories.delete(repository.fullName.toLowerCase());
    this.formerNames.set(repository.fullName.toLowerCase(), repository);
    repository.name = name;
    repository.fullName = `${repository.owner.login}/${name}`;
    this.addRepository(repository);
  }

  repositoryByName(fullName) {
    return this.repositories.get(fullName.toLowerCase()) ?? null;
  }

  addRepository(repository) {
    this.repositories.set(repository.fullName.toLowerCase(), repository);
    return repository;
  }
}

const YEAR = 365 * 24 * 3600 * 1000;

const USER_PREFIX = {User: 'U', Bot: 'BOT', Organization: 'O'};

const FIRST_ID = {
  U: 100_000,
  BOT: 200_000,
  O: 300_000,
  R: 700_000_000,
  I: 3_400_000_000,
  PR: 3_500_000_000,
  LA: 4_341_276_760,
  IC: 4_500_000_000,
  PRRC: 4_600_000_000,
  PRR: 4_700_000_000,
  PRRT: 4_800_000_000,
  REA: 300_000_000,
  CR: 45_000_000_000,
  CS: 50_000_000_000,
  WFR: 15_000_000_000,
  SC: 40_000_000_000,
};

export function isoTime(milliseconds) {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

// REST writes "name[bot]" where GraphQL writes "name"; inside the simulation there is only the latter.
export function withoutBotSuffix(login) {
  return login.replace(/\[bot\]$/, '');
}

// The login as REST and `viewer` show it.
export function loginWithSuffix(user) {
  return user.kind === 'Bot' ? `${user.login}[bot]` : user.login;
}
