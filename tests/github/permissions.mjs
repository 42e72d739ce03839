// Who may do what: a token has an access, a person has a role on each repository.

import {forbidden} from './refusal.mjs';

const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

// A role in a scenario is a name, or {role, role_name} where an organization gave it a name of its own.
export function roleOf(repository, login) {
  if (login === null) {
    return 'none';
  }
  if (login.toLowerCase() === repository.owner.login.toLowerCase()) {
    return 'admin';
  }
  const given = repository.permissions.get(login.toLowerCase());
  if (given !== undefined) {
    return given.role;
  }
  return repository.isPrivate ? 'none' : 'read';
}

export function roleNameOf(repository, login) {
  const given = repository.permissions.get(login?.toLowerCase());
  return given?.roleName ?? roleOf(repository, login);
}

// The legacy field "permission" of REST knows four levels only.
export function legacyPermission(role) {
  if (role === 'maintain') {
    return 'write';
  }
  return role === 'triage' ? 'read' : role;
}

export function hasRole(repository, login, wanted) {
  return ROLES.indexOf(roleOf(repository, login)) >= ROLES.indexOf(wanted);
}

export function isCollaborator(repository, login) {
  const given = repository.permissions.get(login.toLowerCase());
  const owns = login.toLowerCase() === repository.owner.login.toLowerCase();
  return owns || (given !== undefined && given.role !== 'none');
}

export function canSee(repository, login) {
  return !repository.isPrivate || (login !== null && hasRole(repository, login, 'read'));
}

export function demandRole(repository, login, wanted, operation) {
  if (repository.isArchived) {
    throw forbidden('Repository was archived so is read-only.');
  }
  if (!hasRole(repository, login, wanted)) {
    throw forbidden(`${login} does not have the correct permissions to execute \`${operation}\``);
  }
}

export function authorAssociation(repository, login) {
  if (login === null) {
    return 'NONE';
  }
  if (login.toLowerCase() === repository.owner.login.toLowerCase()) {
    return 'OWNER';
  }
  if (!isCollaborator(repository, login)) {
    return 'NONE';
  }
  return repository.owner.kind === 'Organization' ? 'MEMBER' : 'COLLABORATOR';
}
