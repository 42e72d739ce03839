// What a terminal shows: reads what was written to it, knows the few control
// sequences that oompa-work uses, fails on any other.
//
//	node screen.mjs ROWS COLS [--at TEXT] <typescript
//
// prints the lines that scrolled away at the top and those on the screen; with
// --at those on the screen just after the last time that TEXT was written.
import { readFileSync } from 'node:fs';

const [rows, cols] = process.argv.slice(2, 4).map(Number);
const at = process.argv[4] === '--at' ? process.argv[5] : undefined;
let input = readFileSync(0, 'utf8');

if (at !== undefined) {
	const end = input.lastIndexOf(at);
	if (end < 0)
		throw new Error(`never written: ${at}`);
	input = input.slice(0, end + at.length);
}

const away = [];
const screen = Array.from({ length: rows }, () => '');
let [row, col, top, bottom] = [0, 0, 0, rows - 1];
let saved = [0, 0];
let wraps = true;

function lineFeed() {
	if (row === bottom) {
		const [line] = screen.splice(top, 1);
		if (top === 0)
			away.push(line);
		screen.splice(bottom, 0, '');
	} else if (row < rows - 1) {
		row++;
	}
}

function put(char) {
	if (col >= cols) {
		if (!wraps)
			return;
		col = 0;
		lineFeed();
	}
	screen[row] = screen[row].padEnd(col).slice(0, col) + char + screen[row].slice(col + 1);
	col++;
}

const SEQUENCES = {
	A: (n = 1) => { row = Math.max(0, row - n); },
	H: (y = 1, x = 1) => { [row, col] = [y - 1, x - 1]; },
	K: () => { screen[row] = ''; },
	m: () => {},
	r: (from = 1, to = rows) => {
		[top, bottom] = [from - 1, to - 1];
		[row, col] = [0, 0];
	},
	h: () => { wraps = true; },
	l: () => { wraps = false; },
};

for (let i = 0; i < input.length; i++) {
	const rest = input.slice(i, i + 20);
	const csi = rest.match(/^\x1b\[\??([0-9;]*)([A-Za-z])/);

	if (csi) {
		const args = csi[1] === '' ? [] : csi[1].split(';').map(Number);
		if (!(csi[2] in SEQUENCES))
			throw new Error(`unknown: ${JSON.stringify(csi[0])}`);
		SEQUENCES[csi[2]](...args);
		i += csi[0].length - 1;
	} else if (rest.startsWith('\x1b7')) {
		saved = [row, col];
		i++;
	} else if (rest.startsWith('\x1b8')) {
		[row, col] = saved;
		i++;
	} else if (rest[0] === '\n') {
		lineFeed();
	} else if (rest[0] === '\r') {
		col = 0;
	} else if (rest[0] >= ' ') {
		put(rest[0]);
	} else {
		throw new Error(`unknown: ${JSON.stringify(rest[0])}`);
	}
}

for (const line of at === undefined ? [...away, ...screen] : screen)
	console.log(line.trimEnd());
