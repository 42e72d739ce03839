// Tests of the scripted claude and of the scripted model API.
//
//	node --test tests/claude/selftest.mjs
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REAL = path.join(HERE, '../node_modules/.bin/claude');
const FLAGS = ['-p', '--output-format', 'stream-json', '--verbose'];
const SCHEMA = JSON.stringify({
	type: 'object',
	properties: { status: { type: 'string', enum: ['done', 'blocked'] } },
	required: ['status'],
	additionalProperties: false,
});
const ENV = { PATH: process.env.PATH };

let dir; // the test's own
let work; // where claude works, below it
let children;

beforeEach(() => {
	dir = mkdtempSync(path.join(tmpdir(), 'claude-'));
	work = path.join(dir, 'work');
	mkdirSync(work);
	copyFileSync(path.join(HERE, 'claude'), path.join(dir, 'claude'));
	children = [];
});

afterEach(() => {
	for (const child of children)
		child.kill('SIGKILL');
	rmSync(dir, { recursive: true });
});

function start(command, args, options) {
	const child = spawn(command, args, { cwd: work, env: ENV, ...options });

	children.push(child);
	return child;
}

// Run a claude: {status, signal, stdout, stderr, events}.
async function run(command, args, prompt, { env = ENV, cwd = work, onStart = () => {} } = {}) {
	const child = start(command, args, { env, cwd });
	const said = { stdout: '', stderr: '' };

	child.stdin.on('error', () => {}); // it need not read its prompt
	child.stdin.end(prompt);
	for (const name of ['stdout', 'stderr'])
		child[name].on('data', (bytes) => { said[name] += bytes; });
	onStart(child);
	const [status, signal] = await once(child, 'close');
	const events = said.stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
	return { status, signal, ...said, events };
}

function scripted(steps, { args = FLAGS, prompt = 'do it', ...more } = {}) {
	writeFileSync(path.join(dir, 'claude.script.json'), JSON.stringify([{ steps }]));
	return run(path.join(dir, 'claude'), args, prompt, more);
}

const resultOf = ({ events }) => events.findLast(({ type }) => type === 'result');
const read = (name) => readFileSync(path.join(work, name), 'utf8');

async function startModel(script) {
	const files = { script: path.join(dir, 'model.json'), log: path.join(dir, 'model.log') };

	writeFileSync(files.script, JSON.stringify(script));
	const child = start(process.execPath, [path.join(HERE, 'model.mjs'), '--script', files.script,
		'--log', files.log, '--max-seconds', '120']);
	const [line] = await once(createInterface(child.stdout), 'line');
	const requests = () => readFileSync(files.log, 'utf8').trimEnd().split('\n').map((text) => JSON.parse(text));
	return { url: JSON.parse(line).url, requests };
}

test('scripted claude: says its version anywhere', async () => {
	const said = await run(path.join(HERE, 'claude'), ['--version'], '', { cwd: '/' });

	assert.equal(said.stdout, '2.1.197 (Claude Code)\n');
});

test('scripted claude: writes, appends, deletes, runs', async () => {
	const said = await scripted([
		{ write: { 'a/b': '1\n', gone: '' } },
		{ append: { 'a/b': '2\n' } },
		{ delete: ['gone'] },
		{ run: 'pwd >where; echo out; exit 3' },
		{ write: { '/proc/none/x': '' } },
		{ text: 'words' },
	]);

	assert.equal(said.status, 0);
	assert.equal(read('a/b'), '1\n2\n');
	assert.equal(read('where'), `${work}\n`);
	assert.ok(!existsSync(path.join(work, 'gone')));
	const results = said.events.filter(({ type }) => type === 'user').map(({ message }) => message.content[0]);
	assert.deepEqual(results.map((result) => result.is_error), [false, false, false, false, true, true]);
	assert.equal(results[4].content, 'out');
	assert.equal(said.events[0].subtype, 'init');
	assert.equal(resultOf(said).result, 'words');
	assert.equal(resultOf(said).num_turns, 7);
});

test('scripted claude: tells what it can see', async () => {
	const { events } = await scripted([{ env: true }, { argv: true }, { prompt: true }, { look: ['/', 'none'] }],
		{ env: { ...ENV, A: 'b' } });
	const [, env, argv, prompt, root, none] = events;

	assert.equal(env.env.A, 'b');
	assert.deepEqual(argv.argv, FLAGS);
	assert.equal(prompt.prompt, 'do it');
	assert.deepEqual([root.exists, root.readable], [true, true]);
	assert.deepEqual([none.exists, none.readable, none.writable], [false, false, false]);
});

test('scripted claude: the result event', async () => {
	const steps = [{ structured: { status: 'done' } }, { cost: 0.04 }];
	const plain = resultOf(await scripted(steps));
	const asked = resultOf(await scripted(steps, { args: [...FLAGS, '--json-schema', SCHEMA] }));
	const dropped = resultOf(await scripted(steps, { args: [...FLAGS, '--json-schema', '{"$schema": "x"}'] }));

	assert.deepEqual(asked.structured_output, { status: 'done' });
	assert.equal(asked.result, '{"status":"done"}');
	assert.equal(asked.total_cost_usd, 0.04);
	assert.equal(asked.modelUsage['claude-opus-4-8'].costUSD, 0.04);
	assert.ok(!('structured_output' in plain) && !('structured_output' in dropped));
});

test('scripted claude: ends as it is told to', async () => {
	const failed = await scripted([{ result: { subtype: 'error_max_turns', is_error: true } }, { without: ['usage'] }]);
	assert.equal(failed.status, 1);
	assert.ok(!('result' in resultOf(failed)) && !('usage' in resultOf(failed)));

	const silent = await scripted([{ no_result: true }, { exit: 7 }, { raw: 'x', repeat: 3 }]);
	assert.equal(silent.status, 7);
	assert.equal(resultOf(silent), undefined);
	assert.ok(silent.stdout.endsWith('xxx'));

	const killed = await scripted([{ signal: 'SIGKILL' }]);
	assert.equal(killed.signal, 'SIGKILL');
});

test('scripted claude: signals', async () => {
	const send = (signal) => ({
		onStart: (child) => child.stdout.on('data', (bytes) => {
			if (String(bytes).includes('"ready"'))
				child.kill(signal);
		}),
	});
	const hang = [{ event: { type: 'ready' } }, { hang: true }];

	assert.equal((await scripted(hang, send('SIGTERM'))).status, 143);
	assert.equal((await scripted(hang, send('SIGHUP'))).status, 129);
	const interrupted = await scripted(hang, send('SIGINT'));
	assert.equal(interrupted.status, 0);
	assert.equal(resultOf(interrupted).subtype, 'error_during_execution');
	const stubborn = [{ ignore_term: true }, { event: { type: 'ready' } }, { sleep: 0.3 }];
	assert.equal((await scripted(stubborn, send('SIGTERM'))).status, 0);
});

test('scripted claude: leaves a process behind', async () => {
	await scripted([{ spawn: 'ps -o sid= -p $$ >sid; echo $$ >pid; exec sleep 60' }, { sleep: 0.3 }]);
	const pid = Number(read('pid'));

	assert.equal(Number(read('sid')), pid);
	process.kill(pid, 'SIGKILL');
});

test('scripted claude: the first rule that matches, as often as it may', async () => {
	const rules = [
		{ when: 'fix', times: 1, steps: [{ text: 'once' }] },
		{ when: 'fix', steps: [{ text: 'again' }] },
	];
	writeFileSync(path.join(dir, 'claude.script.json'), JSON.stringify(rules));
	const ask = (prompt) => run(path.join(dir, 'claude'), FLAGS, prompt);

	assert.equal(resultOf(await ask('fix 1')).result, 'once');
	assert.equal(resultOf(await ask('fix 2')).result, 'again');
	assert.equal((await ask('other')).status, 99);
	const calls = readFileSync(path.join(dir, 'claude.calls'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
	assert.deepEqual(calls.map(({ prompt, rule }) => [prompt, rule]), [['fix 1', 0], ['fix 2', 1], ['other', -1]]);
});

test('scripted claude: refuses what the real one refuses', async () => {
	const refused = async (args, prompt, text) => {
		const said = await scripted([], { args, prompt });
		assert.equal(said.status, 1);
		assert.ok(said.stderr.startsWith(text), said.stderr);
	};

	await refused([...FLAGS, '--nonesuch'], 'x', "error: unknown option '--nonesuch'");
	await refused(FLAGS, '', 'Error: Input must be provided');
	await refused(FLAGS.slice(0, -1), 'x', 'Error: When using --print, --output-format=stream-json requires');
	if (process.getuid() === 0)
		await refused([...FLAGS, '--dangerously-skip-permissions'], 'x', '--dangerously-skip-permissions cannot');
});

test('scripted claude: resumes a session in the same home and directory', async () => {
	const home = path.join(dir, 'home');
	const more = { env: { ...ENV, HOME: home } };
	const first = resultOf(await scripted([{ text: 'one' }], more));
	const resume = [...FLAGS, '--resume', first.session_id];
	const again = await scripted([{ text: 'two' }], { ...more, args: resume });
	const refused = async (options) => {
		const said = await scripted([], { ...more, ...options });
		assert.deepEqual([said.status, said.stdout], [1, '']);
		assert.ok(said.stderr.startsWith('No conversation found with session ID'), said.stderr);
	};

	assert.equal(resultOf(again).session_id, first.session_id);
	await refused({ args: resume, env: ENV });
	await refused({ args: resume, cwd: dir });
	await refused({ args: [...FLAGS, '--resume', '00000000-0000-4000-8000-000000000000'] });
	const other = resultOf(await scripted([], { ...more, args: [...FLAGS, '--no-session-persistence'] }));
	await refused({ args: [...FLAGS, '--resume', other.session_id] });
});

test('scripted claude: a slash command reaches no model', async () => {
	const said = await scripted([{ write: { a: '' } }], { prompt: '/clear' });

	assert.equal(said.status, 0);
	assert.equal(resultOf(said).num_turns, 0);
	assert.ok(!existsSync(path.join(work, 'a')) && !existsSync(path.join(dir, 'claude.calls')));
});

test('scripted claude: works only below temporary directories', async () => {
	const said = await scripted([], { cwd: '/usr' });

	assert.equal(said.status, 99);
});

test('model API: tells no credentials, speaks Vertex, fails as told', async () => {
	const model = await startModel([{ text: 'hi', expect: 'needle' }, { status: 429, headers: { 'retry-after': '9' } }]);
	const at = `${model.url}/v1/projects/p/locations/r/publishers/anthropic/models/m:`;
	const headers = { 'x-api-key': 'sesame', authorization: 'Bearer sesame' };
	const first = await fetch(`${at}rawPredict`, { method: 'POST', headers, body: '{"messages":"needle"}' });
	const second = await fetch(`${at}streamRawPredict`, { method: 'POST', headers, body: '{}' });

	assert.deepEqual((await first.json()).content, [{ type: 'text', text: 'hi' }]);
	assert.deepEqual([second.status, second.headers.get('retry-after')], [429, '9']);
	assert.equal((await second.json()).error.type, 'rate_limit_error');
	const [request] = model.requests();
	assert.deepEqual(request.credentials, ['authorization', 'x-api-key']);
	assert.deepEqual([request.step, request.expected], [0, true]);
	assert.ok(!JSON.stringify(request).includes('sesame'));
});

const skip = existsSync(REAL) ? false : 'the real claude is not installed: npm ci --prefix tests';

async function real(script, env) {
	const model = await startModel(script);
	const said = await run(REAL, [...FLAGS, '--setting-sources=', '--permission-mode', 'acceptEdits',
		'--json-schema', SCHEMA], 'do it', {
		env: { ...ENV, HOME: dir, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', ...env(model.url) },
	});
	const requests = model.requests().filter(({ kind }) => kind === 'message');
	return { ...said, requests };
}

test('real claude: calls a tool and answers by the schema', { skip }, async () => {
	const said = await real([
		{ tool: 'Write', input: { file_path: path.join(work, 'a'), content: 'b\n' } },
		{ tool: 'StructuredOutput', input: { status: 'done' } },
	], (url) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'any' }));

	assert.equal(said.status, 0, said.stdout + said.stderr);
	assert.equal(read('a'), 'b\n');
	assert.deepEqual(resultOf(said).structured_output, { status: 'done' });
	assert.equal(said.requests.length, 2);
});

test('real claude: the scripted one has the same events', { skip }, async () => {
	const input = { file_path: path.join(work, 'a'), content: 'b\n' };
	const fromReal = await real([
		{ text: 'words', tools: [{ name: 'Write', input }] },
		{ tool: 'StructuredOutput', input: { status: 'done' } },
	], (url) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'any' }));
	const fromScript = await scripted([{ text: 'words' }, { write: { a: 'b\n' } }, { structured: { status: 'done' } }],
		{ args: [...FLAGS, '--json-schema', SCHEMA] });
	const shape = ({ events }) => events.map(({ type, message }) => [type, message?.content[0].type]);

	assert.deepEqual(shape(fromScript), shape(fromReal));
	assert.deepEqual(Object.keys(resultOf(fromScript)).sort(), Object.keys(resultOf(fromReal)).sort());
});

test('real claude: through Vertex', { skip }, async () => {
	const said = await real([{ tool: 'StructuredOutput', input: { status: 'done' } }], (url) => ({
		CLAUDE_CODE_USE_VERTEX: '1',
		CLAUDE_CODE_SKIP_VERTEX_AUTH: '1',
		CLOUD_ML_REGION: 'us-east5',
		ANTHROPIC_VERTEX_PROJECT_ID: 'my-project',
		ANTHROPIC_VERTEX_BASE_URL: `${url}/v1`,
	}));

	assert.equal(said.status, 0, said.stdout + said.stderr);
	assert.match(said.requests[0].url, /\/projects\/my-project\/locations\/us-east5\//);
});
