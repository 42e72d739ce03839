// Checks records against the JSON Schemas of the commands that printed them.
//
//	node tests/bats/validate.mjs DIR
//
// DIR/COMMAND/*.jsonl has what COMMAND printed; "COMMAND --schema" prints a
// schema whose $defs has an entry for each type of record that the command
// consumes or produces.  A record of another type, or of a later version, was
// only passed on: it is not checked.  Exits 1, and says where, if a record is
// wrong.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const SHOWN = 20;

// A checker for each type of record that a command knows.
function checkersOf(command) {
	const { error, status, stdout, stderr } = spawnSync(command, ['--schema'], { encoding: 'utf8' });

	if (error || status !== 0)
		throw new Error(`${command} --schema: ${error?.message ?? `status ${status}: ${stderr}`}`);
	const schema = JSON.parse(stdout);
	const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
	addFormats(ajv);
	ajv.addSchema(schema, command);
	return new Map(Object.keys(schema.$defs).map((type) =>
		[type, ajv.compile({ $ref: `${command}#/$defs/${type}` })]));
}

// What is wrong with a line: nothing is null, a line not to be checked
// undefined.
function wrongWith(line, checkers) {
	let record;

	try {
		record = JSON.parse(line);
	} catch (error) {
		return error.message;
	}
	const check = checkers.get(record?.type);
	if (!check || record.v > 1)
		return undefined;
	if (check(record))
		return null;
	return check.errors.map(({ instancePath, message, params }) =>
		`${instancePath || '/'} ${message} ${JSON.stringify(params)}`).join('; ');
}

function checkCommand(dir, command, tally) {
	const checkers = checkersOf(command);

	for (const file of readdirSync(path.join(dir, command)).sort()) {
		const lines = readFileSync(path.join(dir, command, file), 'utf8').split('\n');
		for (const line of lines.filter((text) => text.trim() !== '')) {
			const wrong = wrongWith(line, checkers);
			if (wrong === undefined)
				tally.passedOn++;
			else if (wrong === null)
				tally.valid++;
			else
				tally.wrong.push(`${command}, test ${path.parse(file).name}: ${wrong}\n${line}`);
		}
	}
}

function main(dir) {
	const tally = { valid: 0, passedOn: 0, wrong: [] };

	for (const command of existsSync(dir) ? readdirSync(dir).sort() : [])
		checkCommand(dir, command, tally);
	for (const text of tally.wrong.slice(0, SHOWN))
		console.log(text);
	console.log(`records: ${tally.valid} valid, ${tally.wrong.length} wrong, ${tally.passedOn} passed on`);
	return tally.wrong.length === 0;
}

try {
	process.exitCode = main(process.argv[2]) ? 0 : 1;
} catch (error) {
	console.log(`records: ${error.message}`);
	process.exitCode = 1;
}
