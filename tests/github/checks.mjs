// Check runs and commit statuses. They belong to a commit, so a push leaves them behind.

const FAILED = ['FAILURE', 'TIMED_OUT', 'STARTUP_FAILURE', 'CANCELLED', 'ACTION_REQUIRED'];

export function contextsOf(repository, oid) {
  return repository.checks.get(oid) ?? [];
}

function contextList(repository, oid) {
  if (!repository.checks.has(oid)) {
    repository.checks.set(oid, []);
  }
  return repository.checks.get(oid);
}

// facts: {name, status, conclusion, app, workflow, event, run_id, details_url, title, summary, text, annotations, required, at}
export function addCheckRun(world, repository, oid, facts) {
  const at = facts.at ?? world.time();
  const isComplete = (facts.status ?? 'COMPLETED') === 'COMPLETED';
  const run = world.register({
    kind: 'CheckRun',
    repository,
    oid,
    name: facts.name,
    status: facts.status ?? 'COMPLETED',
    conclusion: isComplete ? facts.conclusion ?? 'SUCCESS' : null,
    startedAt: at,
    completedAt: isComplete ? at : null,
    title: facts.title ?? null,
    summary: facts.summary ?? null,
    text: facts.text ?? null,
    annotations: facts.annotations ?? [],
    isRequired: facts.required ?? false,
  }, 'CR', facts.id);
  run.suite = ensureSuite(world, repository, oid, facts, at);
  run.detailsUrl = facts.details_url ?? runUrl(world, run);
  run.suite.runs.push(run);
  contextList(repository, oid).push(run);
  return run;
}

function runUrl(world, run) {
  const runId = run.suite.workflowRun?.databaseId;
  const base = `${world.url}/${run.repository.fullName}`;
  return runId ? `${base}/actions/runs/${runId}/job/${run.databaseId}` : `${base}/runs/${run.databaseId}`;
}

// The jobs of one workflow run on one commit make one suite.
function ensureSuite(world, repository, oid, facts, at) {
  const app = facts.app ?? 'github-actions';
  const workflow = app === 'github-actions' ? facts.workflow ?? 'CI' : null;
  const key = `${oid} ${app} ${workflow} ${facts.run_id ?? ''}`;
  if (!repository.suites.has(key)) {
    const suite = world.register({kind: 'CheckSuite', repository, oid, app, runs: [], createdAt: at, workflowRun: null}, 'CS');
    if (workflow) {
      suite.workflowRun = world.register({
        kind: 'WorkflowRun', repository, suite, workflow: ensureWorkflow(world, repository, workflow),
        event: facts.event ?? 'pull_request', createdAt: at,
      }, 'WFR', facts.run_id);
    }
    repository.suites.set(key, suite);
  }
  return repository.suites.get(key);
}

function ensureWorkflow(world, repository, name) {
  if (!repository.workflows.has(name)) {
    const file = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.yml`;
    repository.workflows.set(name, world.register({kind: 'Workflow', repository, name, file}, 'W'));
  }
  return repository.workflows.get(name);
}

// facts: {context, state, description, target_url, creator, required, at}
export function addStatus(world, repository, oid, facts) {
  const status = world.register({
    kind: 'StatusContext',
    repository,
    oid,
    context: facts.context,
    state: facts.state ?? 'SUCCESS',
    description: facts.description ?? null,
    targetUrl: facts.target_url ?? null,
    creator: facts.creator ?? null,
    createdAt: facts.at ?? world.time(),
    isRequired: facts.required ?? false,
  }, 'SC');
  const list = contextList(repository, oid);
  // The latest report of a context is the one that counts.
  const older = list.findIndex((other) => other.kind === 'StatusContext' && other.context === status.context);
  if (older >= 0) {
    list.splice(older, 1);
  }
  list.push(status);
  return status;
}

// One word for all contexts together, as the coloured mark beside a commit shows it. Null: there are none.
export function rollupState(contexts) {
  if (contexts.length === 0) {
    return null;
  }
  const states = contexts.map(contextState);
  for (const state of ['ERROR', 'FAILURE', 'PENDING']) {
    if (states.includes(state)) {
      return state;
    }
  }
  return 'SUCCESS';
}

function contextState(context) {
  if (context.kind === 'StatusContext') {
    return context.state === 'EXPECTED' ? 'PENDING' : context.state;
  }
  if (context.status !== 'COMPLETED') {
    return 'PENDING';
  }
  return FAILED.includes(context.conclusion) ? 'FAILURE' : 'SUCCESS';
}

export function checkRunState(run) {
  return run.status === 'COMPLETED' ? run.conclusion : run.status;
}
