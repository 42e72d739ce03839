// node show.mjs URL OWNER/NAME: prints pull requests and comments of the
// simulated GitHub at URL for people.

const [url, repo] = process.argv.slice(2);
const answer = await fetch(`${url}/_sim/state?repo=${repo}`);
if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
const state = await answer.json();

const indent = text => text.trimEnd().replace(/^(?=.)/gm, '    ');

// HTML comments are what GitHub does not show either.
const visible = text => text.replace(/<!--[\s\S]*?-->\n?/g, '').trim();

for (const pull of state.pulls) {
  console.log(`pull request #${pull.number}  ${pull.title}   (${pull.head} -> ${pull.base})\n`);
  console.log(indent(visible(pull.body)), '\n');
}
for (const issue of state.issues) {
  for (const comment of issue.comments) {
    console.log(`comment on #${issue.number} by ${comment.author}\n`);
    console.log(indent(visible(comment.body)), '\n');
  }
}
