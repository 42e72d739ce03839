// node show.mjs URL OWNER/NAME: prints pull requests and comments of the
// simulated GitHub at URL for people.

const [url, repo] = process.argv.slice(2);
const answer = await fetch(`${url}/_sim/state?repo=${repo}`);
if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
const state = await answer.json();

const indent = text => text.trimEnd().replace(/^(?=.)/gm, '    ');

// HTML comments are what GitHub does not show either.
const visible = text => text.replace(/<!--[\s\S]*?-->\n?/g, '').trim();

// Who said what, one below the other.
const talk = texts => texts.map(({author, body}) => `${author}: ${visible(body)}`).join('\n');

for (const pull of state.pulls) {
  console.log(`pull request #${pull.number}  ${pull.title}   (${pull.head} -> ${pull.base})\n`);
  console.log(indent(visible(pull.body)), '\n');
  for (const thread of pull.threads) {
    console.log(`${thread.path}:${thread.line}${thread.resolved ? '  (resolved)' : ''}\n`);
    console.log(indent(talk(thread.comments)), '\n');
  }
  for (const review of pull.reviews.filter(({body}) => visible(body) !== '')) {
    console.log(`review by ${review.author}\n`);
    console.log(indent(visible(review.body)), '\n');
  }
}
for (const item of [...state.issues, ...state.pulls]) {
  for (const comment of item.comments) {
    console.log(`comment on #${item.number} by ${comment.author}\n`);
    console.log(indent(visible(comment.body)), '\n');
  }
}
