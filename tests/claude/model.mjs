// A scripted model API for the real claude CLI: the Messages API and its
// Vertex flavour, as far as "claude -p" uses them.  Loopback only.
//
//	node tests/claude/model.mjs --script FILE --log FILE
//	    [--port 0] [--max-seconds 900]
//
// prints {"port":N,"url":"http://127.0.0.1:N"} when it listens.  The CLI then
// wants ANTHROPIC_BASE_URL=url and any ANTHROPIC_API_KEY, or for Vertex
// CLAUDE_CODE_USE_VERTEX=1 CLAUDE_CODE_SKIP_VERTEX_AUTH=1
// ANTHROPIC_VERTEX_BASE_URL=url/v1 with any project and region.
//
// The script is a JSON array.  Each request for a message takes the next step,
// the last step for ever; "times": n stays on a step for n requests.
//
//	{"text": "hi"}                            an answer in words
//	{"tool": "Write", "input": {...}}         one tool call
//	{"text": "..", "tools": [{"name", "input"}]}  words and several calls
//	{"stop_reason": "refusal"}                another end than the usual
//	{"usage": {"input_tokens": 1000}}         merged into what is reported
//	{"status": 429, "headers": {"retry-after": "1"}}
//	    an error; also error_type, message, body (sent as it is)
//	{"delay_ms": 500}                         wait before answering
//	{"drop": true}                            close without an answer
//	{"mute": true}                            never answer
//	{"hang": true}                            stop after the first event
//	{"half": true}                            close in the middle of the stream
//	{"sse_error": "overloaded_error"}         an error in the middle of it
//	{"expect": "text"}                        logged: was it in the request?
//
// The log has a line for each request: kind (message, count, other), method,
// url, headers, body, step (its place in the script) and expected.  Of headers
// that carry credentials it tells only the names.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
	options: {
		script: { type: 'string' },
		log: { type: 'string' },
		port: { type: 'string', default: '0' },
		'max-seconds': { type: 'string', default: '900' },
	},
});
if (!options.script || !options.log) {
	console.error('model: --script and --log are needed');
	process.exit(2);
}

const ERROR_TYPES = {
	400: 'invalid_request_error',
	401: 'authentication_error',
	403: 'permission_error',
	404: 'not_found_error',
	413: 'request_too_large',
	429: 'rate_limit_error',
	529: 'overloaded_error',
};

const CREDENTIALS = ['authorization', 'proxy-authorization', 'x-api-key', 'cookie'];

const VERTEX =
	/\/projects\/[^/]+\/locations\/[^/]+\/publishers\/anthropic\/models\/([^:]+):(streamRawPredict|rawPredict)$/;

const script = JSON.parse(readFileSync(options.script, 'utf8'));
let place = 0;
let uses = 0;
let ids = 0;

const newId = (prefix) => `${prefix}_${String(++ids).padStart(6, '0')}`;

function nextStep() {
	const index = Math.min(place, script.length - 1);
	const step = script[index] ?? { text: 'ok' };

	if (++uses >= (step.times ?? 1)) {
		place++;
		uses = 0;
	}
	return { index, step };
}

function log(entry, req, body) {
	const headers = { ...req.headers };
	const credentials = CREDENTIALS.filter((name) => name in headers);

	for (const name of credentials)
		delete headers[name];
	const line = { ...entry, method: req.method, url: req.url, credentials, headers, body };
	appendFileSync(options.log, JSON.stringify(line) + '\n');
}

function contentOf(step) {
	const calls = step.tools ?? (step.tool ? [{ name: step.tool, input: step.input }] : []);
	const content = calls.map(({ name, input }) => ({
		type: 'tool_use',
		id: newId('toolu'),
		name,
		input: input ?? {},
	}));

	if (step.text !== undefined || content.length === 0)
		content.unshift({ type: 'text', text: step.text ?? 'ok' });
	return content;
}

function messageOf(step, model) {
	const content = contentOf(step);
	const called = content.some((block) => block.type === 'tool_use');

	return {
		id: newId('msg'),
		type: 'message',
		role: 'assistant',
		model,
		content,
		stop_reason: step.stop_reason ?? (called ? 'tool_use' : 'end_turn'),
		stop_sequence: null,
		usage: {
			input_tokens: 100,
			cache_creation_input_tokens: 0,
			cache_read_input_tokens: 0,
			output_tokens: 20,
			service_tier: 'standard',
			...step.usage,
		},
	};
}

// A block starts empty; its text, or the JSON of its input, comes as a delta.
function blockEvents(block, index) {
	const text = block.type === 'text';
	const empty = text ? { type: 'text', text: '' } : { ...block, input: {} };
	const delta = text
		? { type: 'text_delta', text: block.text }
		: { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };

	return [
		{ type: 'content_block_start', index, content_block: empty },
		{ type: 'content_block_delta', index, delta },
		{ type: 'content_block_stop', index },
	];
}

function eventsOf(message) {
	const { content, stop_reason, usage } = message;
	const start = { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };

	return [
		{ type: 'message_start', message: start },
		...content.flatMap(blockEvents),
		{
			type: 'message_delta',
			delta: { stop_reason, stop_sequence: null },
			usage: { output_tokens: usage.output_tokens },
		},
		{ type: 'message_stop' },
	];
}

function sendJson(res, status, body, headers) {
	res.writeHead(status, { 'content-type': 'application/json', 'request-id': newId('req'), ...headers });
	res.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function sendError(res, status, type, message, headers) {
	sendJson(res, status, { type: 'error', error: { type, message } }, headers);
}

function sendStream(res, step, message) {
	const events = eventsOf(message);
	const put = (event) => res.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

	res.writeHead(200, {
		'content-type': 'text/event-stream; charset=utf-8',
		'cache-control': 'no-cache',
		'request-id': newId('req'),
		...step.headers,
	});
	if (step.hang)
		return put(events[0]);
	if (step.half) {
		events.slice(0, events.length >> 1).forEach(put);
		return setTimeout(() => res.destroy(), 50);
	}
	if (step.sse_error) {
		events.slice(0, 2).forEach(put);
		put({ type: 'error', error: { type: step.sse_error, message: 'scripted' } });
		return res.end();
	}
	events.forEach(put);
	res.end();
}

async function answer(res, step, model, streaming) {
	if (step.delay_ms)
		await sleep(step.delay_ms);
	if (step.mute)
		return;
	if (step.drop)
		res.destroy();
	else if (step.body !== undefined)
		sendJson(res, step.status ?? 200, step.body, step.headers);
	else if (step.status && step.status !== 200)
		sendError(res, step.status, step.error_type ?? ERROR_TYPES[step.status] ?? 'api_error',
			step.message ?? `scripted ${step.status}`, step.headers);
	else if (streaming)
		sendStream(res, step, messageOf(step, model));
	else
		sendJson(res, 200, messageOf(step, model), step.headers);
}

// What a request asks for: {kind, model, streaming}.
function classify(req, body) {
	const path = req.url.split('?')[0];
	const vertex = path.match(VERTEX);

	if (req.method !== 'POST')
		return { kind: 'other' };
	if (path.endsWith('/count_tokens') || path.endsWith(':countTokens') || path.endsWith('/count-tokens:rawPredict'))
		return { kind: 'count' };
	if (vertex)
		return { kind: 'message', model: vertex[1], streaming: vertex[2] === 'streamRawPredict' };
	if (path.endsWith('/v1/messages'))
		return { kind: 'message', model: body?.model, streaming: body?.stream === true };
	return { kind: 'other' };
}

async function bodyOf(req) {
	const chunks = [];

	for await (const chunk of req)
		chunks.push(chunk);
	const text = Buffer.concat(chunks).toString('utf8');
	try {
		return { text, body: text === '' ? null : JSON.parse(text) };
	} catch {
		return { text, body: text };
	}
}

async function handle(req, res) {
	const { text, body } = await bodyOf(req);
	const { kind, model, streaming } = classify(req, body);

	if (kind === 'message') {
		const { index, step } = nextStep();
		const expected = step.expect === undefined ? undefined : text.includes(step.expect);

		log({ kind, step: index, expected }, req, body);
		return answer(res, step, model, streaming);
	}
	log({ kind }, req, body);
	if (kind === 'count')
		return sendJson(res, 200, { input_tokens: 1000 });
	sendError(res, 404, 'not_found_error', `no ${req.method} ${req.url}`);
}

writeFileSync(options.log, '');
const server = http.createServer((req, res) => {
	handle(req, res).catch((error) => {
		console.error('model:', error);
		res.destroy();
	});
});
server.listen(Number(options.port), '127.0.0.1', () => {
	const { port } = server.address();

	console.log(JSON.stringify({ port, url: `http://127.0.0.1:${port}` }));
});
setTimeout(() => process.exit(0), Number(options['max-seconds']) * 1000);
