"""The page's heading and style, and the script that opens a cited passage, asks what is offered and shows it on top."""

INTRO = "<h1>Career advisor</h1><p>Each sentence of an answer links to the passage that backs it.</p>"

CSS = """
:root { --backed: #4338ca; --marked: #fde68a; --trouble: #b91c1c; --unsure: #b45309;
  --quiet: #4b5563; --better: #17693a; }
.dark { --backed: #a5b4fc; --marked: #fcd34d; --trouble: #fca5a5; --unsure: #fcd34d;
  --quiet: #b6bcc8; --better: #86d9a2; }
.gradio-container { width: 100%; max-width: 960px !important; margin: auto; }
#chat { height: calc(100dvh - 21rem) !important; min-height: 20rem; }
#chat .top-panel { display: none; }
#chat .message, #chat .prose { opacity: 1; }
#chat .bot-row:last-of-type { min-height: calc(100dvh - 28rem); }
#tools { align-items: end; }
#tools .form { flex: 2 1 300px; }
#tools input { font-size: .85rem; text-overflow: ellipsis; padding-right: 1.4rem; }
#intro h1 { margin: 0; font-size: 1.5rem; }
#intro p { margin: .1rem 0 0; color: var(--quiet); }
#chat .placeholder-content { padding-top: .8rem; }
#tabs .asked { white-space: pre-wrap; font-weight: 600; }
#tabs .answer { margin: 0; line-height: 1.65; }
#tabs ul.answer { padding-left: 1.2em; list-style: disc; }
#tabs li.depth2 { margin-left: 1.4em; list-style: circle; }
#tabs .note { margin: .5em 0 0; font-size: .85em; color: var(--quiet); }
#tabs a.cite { margin-left: .15em; font-size: .8em; font-weight: 600; text-decoration: none; color: var(--backed);
  padding: 0 .15em; border-radius: 4px; vertical-align: text-top; }
#tabs a.cite:hover, #tabs a.cite:focus-visible { background: var(--backed); color: var(--background-fill-primary); }
#tabs .unbacked { text-decoration: underline dashed var(--unsure); text-underline-offset: .25em; }
#tabs .unbacked em { font-size: .8em; color: var(--unsure); }
#tabs .abstain, #tabs .problem { margin: 0; white-space: pre-line; padding: .6em .9em;
  border-left: 4px solid var(--unsure);  border-radius: 4px; background: var(--background-fill-secondary); }
#tabs .abstain:has(+ .offers) { padding-bottom: .1em; border-radius: 4px 4px 0 0; }
#tabs .offers { margin: 0; padding: 0 .9em .6em; list-style: none; border-left: 4px solid var(--unsure);
  border-radius: 0 0 4px 4px; background: var(--background-fill-secondary); }
#tabs .offer { text-align: left; color: var(--backed); text-decoration: underline; text-underline-offset: .2em; }
#tabs .offer:hover, #tabs .offer:focus-visible { background: var(--backed); color: var(--background-fill-primary); }
#tabs .problem { border-color: var(--trouble); overflow-wrap: anywhere; }
#tabs .problem strong { color: var(--trouble); }
#tabs .reply > .passage:first-of-type, #tabs .reply > .others:first-of-type { margin-top: .8em; }
#tabs .passage, #tabs .others { margin: .4em 0; }
#tabs .passage { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: .5em .8em; }
#tabs summary { cursor: pointer; font-size: .9em; overflow-wrap: anywhere; }
#tabs .others > summary { color: var(--quiet); }
#tabs .path { display: block; margin-left: 1.1em; font-size: .9em; color: var(--quiet); }
#tabs .text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .7em 0; font-size: .95em; line-height: 1.55; }
#tabs mark { background: var(--marked); color: #1c1917; border-radius: 3px; scroll-margin: 6em; }
#tabs mark.chosen { outline: 2px solid var(--backed); outline-offset: 1px; }
#chat .bot-row:not(:has(.reply.whole)) .message-buttons { display: none; }
#wrong { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: .8em; gap: .7em; }
#compare { gap: .8rem; }
#compare h2 { margin: 1rem 0 0; font-size: 1.1rem; }
#columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); align-items: start; }
#columns > .block { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: .4em 0;
  min-width: 0 !important; }
#columns h3 { margin: 0 0 .5em; font-size: 1rem; overflow-wrap: anywhere; }
#columns h3 span { font-weight: 400; color: var(--quiet); }
#columns h3 .best { margin-left: .6em; font-size: .8em; color: var(--backed); }
#tally .wide { overflow-x: auto; }
#tally table { width: 100%; border: 0; border-collapse: collapse; font-size: .85rem;
  font-variant-numeric: tabular-nums; }
#tally :is(thead, tbody, tr) { border: 0; }
#tally :is(th, td) { border: 0; border-bottom: 1px solid var(--border-color-primary); padding: .4em .6em;
  text-align: right; white-space: nowrap; }
#tally :is(th:first-child, td:nth-child(2), th:nth-child(2)) { text-align: left; white-space: normal; min-width: 7rem; }
#tally thead th { color: var(--quiet); font-weight: 400; }
@media (max-width: 600px) {
  #chat { height: calc(100dvh - 26rem) !important; }
  #chat .bot-row:last-of-type { min-height: calc(100dvh - 32.5rem); }
}
#evaluate { gap: .8rem; }
#evaluate .html-container { padding: 0; }
#evaluate h2 { margin: 1rem 0 0; font-size: 1.1rem; }
#evaluate h3 { margin: 1.1em 0 .3em; font-size: 1rem; overflow-wrap: anywhere; }
#evaluate h3 span { font-weight: 400; font-size: .9em; color: var(--quiet); }
#evaluate-row, #whole-row, #item-row { align-items: end; }
#evaluate-row button, #into-chat, #save-report { flex: none; min-height: 2.6rem; align-self: end; font-size: 1rem; }
#into-chat { align-self: start; }
#item input { text-overflow: ellipsis; padding-right: 1.6rem; }
#progress:not(:has(.prose > *)) { display: none; }
#progress progress { display: block; appearance: none; width: 100%; height: .4rem; border: 0; border-radius: .2rem;
  overflow: hidden; background: var(--border-color-primary); }
#progress ::-webkit-progress-bar { background: var(--border-color-primary); }
#progress ::-webkit-progress-value { background: var(--backed); }
#progress ::-moz-progress-bar { background: var(--backed); }
#evaluate .flags { margin: .8em 0; padding: .6em .9em; border-left: 4px solid var(--unsure); border-radius: 4px;
  background: var(--background-fill-secondary); }
#evaluate .flags ul { margin: .3em 0 0; padding-left: 1.2em; list-style: disc; }
#evaluate .wide { margin: .8em 0; overflow-x: auto; }
#evaluate table { width: 100%; border: 0; border-collapse: collapse; font-size: .85rem;
  font-variant-numeric: tabular-nums; }
#evaluate thead, #evaluate tbody, #evaluate tr { border: 0; }
#evaluate th, #evaluate td { border: 0; border-bottom: 1px solid var(--border-color-primary); padding: .4em .6em;
  text-align: right; vertical-align: top; white-space: nowrap; }
#evaluate th:first-child { text-align: left; padding-left: 0; white-space: normal; min-width: 7rem; }
#evaluate thead th { color: var(--quiet); font-weight: 400; vertical-align: bottom; }
#evaluate tbody th { font-weight: 600; }
#evaluate td small { display: block; font-size: .8em; color: var(--quiet); }
#evaluate .control th, #evaluate .control td { color: var(--quiet); font-weight: 400; }
#evaluate .verdicts { display: grid; grid-template-columns: max-content 1fr; gap: .2em 1.2em; margin: 0; padding: 0;
  list-style: none; font-size: .9rem; }
#evaluate .verdicts li { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; margin: 0; }
#evaluate .verdicts b { font-weight: 400; }
#evaluate .verdicts span { color: var(--quiet); }
#evaluate .verdicts .worse span { color: var(--trouble); }
#evaluate .verdicts .better span { color: var(--better); }
#card { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: .8em; }
#card p { margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
#card .earlier { margin: 0 0 .4em; padding: 0; list-style: none; color: var(--quiet); }
#whole iframe { width: 100%; height: 85dvh; border: 1px solid var(--border-color-primary); border-radius: 8px; }
"""

HEAD = """
<script>
document.addEventListener('click', event => {
  const link = event.target.closest('a.cite');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  const mark = document.getElementById(link.getAttribute('href').slice(1));
  if (!mark) return;
  for (let at = mark; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
  document.querySelectorAll('mark.chosen').forEach(other => other.classList.remove('chosen'));
  mark.classList.add('chosen');
  mark.scrollIntoView({ block: 'center' });
}, true);
let offer = '';
document.addEventListener('click', event => {
  const button = event.target.closest('#chat .offer');
  if (!button) return;
  offer = button.textContent;
  document.getElementById('offered').click();
});
let asked = 0;
new MutationObserver(() => {
  const questions = document.querySelectorAll('#chat .asked');
  if (questions.length > asked) questions[questions.length - 1].closest('.message-row').scrollIntoView();
  asked = questions.length;
}).observe(document, { childList: true, subtree: true });
</script>
"""

TAKE_OFFER = "(_, ...others) => [offer, ...others]"
SHOW_FORM = "() => { document.getElementById('wrong')?.scrollIntoView({ block: 'nearest' }); }"
