// The journal: JSON Lines of what was asked, what changed, and what was wrong with it. A line is on disk before the client
// has its answer, so that a test may read the journal as soon as the client has ended.

import {closeSync, openSync, writeSync} from 'node:fs';

export class Journal {
  constructor(file, redact) {
    this.descriptor = file ? openSync(file, 'a', 0o600) : null;
    this.redact = redact;
    this.entries = [];
    this.requests = 0;
  }

  write(entry) {
    const line = this.redact(JSON.stringify(entry));
    this.entries.push(JSON.parse(line));
    if (this.descriptor !== null) {
      writeSync(this.descriptor, `${line}\n`);
    }
  }

  close() {
    if (this.descriptor !== null) {
      closeSync(this.descriptor);
      this.descriptor = null;
    }
  }

  // Requests are numbered in the order of their arrival.
  nextNumber() {
    this.requests += 1;
    return this.requests;
  }

  complain(complaint, more = {}) {
    this.write({complaint, ...more});
  }

  refUpdate({repository, ref, old, new: now, forced}, how) {
    this.write({ref_update: ref, repo: repository.fullName, old, new: now, forced, ...how});
  }
}
