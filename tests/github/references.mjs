// What the text of a pull request says about issues: closing keywords and plain mentions.

const REFERENCE = /(?<![\w/])(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/g;
const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?[ \t]+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gi;

// GitHub reads no references inside code or comments.
function visibleText(text) {
  return (text ?? '')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/```[\s\S]*?(?:```|$)/g, '')
    .replace(/`[^`\n]*`/g, '');
}

function findAll(pattern, text, repository) {
  const found = new Map();
  for (const match of visibleText(text).matchAll(pattern)) {
    const reference = {repository: match[1] ?? repository.fullName, number: Number(match[2])};
    found.set(`${reference.repository.toLowerCase()}#${reference.number}`, reference);
  }
  return [...found.values()];
}

export function mentions(text, repository) {
  return findAll(REFERENCE, text, repository);
}

export function closingReferences(text, repository) {
  return findAll(CLOSING, text, repository);
}

// "#12 would be closed by merging this": only on the way into the default branch.
export function closesOnMerge(pull, issue) {
  if (pull.baseName !== pull.repository.defaultBranch) {
    return false;
  }
  return closingReferences(pull.body, pull.repository).some((reference) => refersTo(reference, issue));
}

export function isLinked(pull, issue) {
  return closesOnMerge(pull, issue) || pull.linkedIssues.has(issue);
}

function refersTo(reference, issue) {
  return reference.number === issue.number && reference.repository.toLowerCase() === issue.repository.fullName.toLowerCase();
}
