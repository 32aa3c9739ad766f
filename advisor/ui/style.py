"""The page's heading and style, and the script that opens a cited passage beside its answer and presses buttons."""

INTRO = "<h1>Career advisor</h1><p>Each sentence of an answer links to the passage that backs it.</p>"

CSS = """
:root { --backed: #4338ca; --marked: #fde68a; --trouble: #b91c1c; --unsure: #b45309;
  --quiet: #4b5563; --better: #17693a; }
.dark { --backed: #a5b4fc; --marked: #fcd34d; --trouble: #fca5a5; --unsure: #fcd34d;
  --quiet: #b6bcc8; --better: #86d9a2; }
.gradio-container { width: 100%; max-width: 1260px !important; margin: auto; }
:root { --button-primary-background-fill: #4f46e5; --button-primary-background-fill-hover: #4338ca; }
:root, .dark { --block-info-text-color: var(--quiet); --input-placeholder-color: var(--quiet); }
#tabs [role=tab][aria-selected=true] { color: var(--backed); }
.gradio-container a:focus-visible, .gradio-container button:focus-visible, .gradio-container input:focus-visible,
.gradio-container summary:focus-visible, .gradio-container textarea:focus-visible,
.gradio-container [tabindex]:focus-visible { outline: 2px solid var(--backed) !important; outline-offset: 1px; }
#chat { height: calc(100dvh - 17rem) !important; min-height: 20rem; isolation: isolate; }
#chat .top-panel { display: none; }
#chat .message, #chat .prose { opacity: 1; }
#chat .bot-row:last-of-type { min-height: calc(100dvh - 24rem); }
#intro h1 { margin: 0; font-size: 1.5rem; }
#intro p { margin: .1rem 0 0; color: var(--quiet); }
#chat .placeholder-content { padding-top: .8rem; }
#tabs .asked { white-space: pre-wrap; font-weight: 600; }
#tabs .answer { margin: 0; line-height: 1.65; }
#tabs ul.answer { padding-left: 1.2em; list-style: disc; }
#tabs li.depth2 { margin-left: 1.4em; list-style: circle; }
#tabs .note, #source .note { margin: .5em 0 0; font-size: .85em; color: var(--quiet); }
#tabs a.cite { margin-left: .15em; font-size: .8em; font-weight: 600; text-decoration: none; color: var(--backed);
  padding: 0 .15em; border-radius: 4px; vertical-align: text-top; }
#tabs a.cite:hover, #tabs a.cite:focus-visible { background: var(--backed); color: var(--background-fill-primary); }
#tabs .unbacked { text-decoration: underline dashed var(--unsure); text-underline-offset: .25em; }
#tabs .unbacked em { font-size: .8em; color: var(--unsure); }
#tabs .abstain, #tabs .problem { margin: 0; white-space: pre-line; padding: .6em .9em;
  border-left: 4px solid var(--unsure);  border-radius: 4px; background: var(--background-fill-secondary); }
#tabs .abstain:has(+ .offers), #tabs .abstain:has(~ .answer) { padding-bottom: .1em; border-radius: 4px 4px 0 0; }
#tabs .abstain ~ .answer { padding: 0 .9em; border-left: 4px solid var(--unsure);
  background: var(--background-fill-secondary); }
#tabs .abstain ~ ul.answer { padding-left: 2.1em; }
#tabs .answer ~ .abstain { padding-top: .1em; border-radius: 0; }
#tabs .offers { margin: 0; padding: 0 .9em .6em; list-style: none; border-left: 4px solid var(--unsure);
  border-radius: 0 0 4px 4px; background: var(--background-fill-secondary); }
#tabs .offer { text-align: left; color: var(--backed); text-decoration: underline; text-underline-offset: .2em; }
#tabs .offer:hover, #tabs .offer:focus-visible { background: var(--backed); color: var(--background-fill-primary); }
#tabs .problem { border-color: var(--trouble); overflow-wrap: anywhere; }
#tabs .problem strong { color: var(--trouble); }
#tabs .passages, #tabs .made { margin: .4em 0 0; }
#tabs .passage { margin: .4em 0; }
#tabs .understood { margin: 0 0 .5em; }
#tabs .reword { color: var(--backed); text-decoration: underline; text-underline-offset: .2em; margin-left: .3em; }
#chat .bot-row:not(:last-of-type) .reword, #chat .bot-row:not(:last-of-type) .nexts,
#chat .bot-row:not(:last-of-type) .note:has(+ .nexts) { display: none; }
#tabs .nexts { border: 0; background: none; padding: 0; }
#tabs .made dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .2em 1em; margin: .4em 0;
  font-size: .85em; }
#tabs .made dt { color: var(--quiet); }
#tabs .made dd { margin: 0; overflow-wrap: anywhere; }
#tabs .passage { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: .5em .8em; }
#tabs summary { cursor: pointer; font-size: .9em; overflow-wrap: anywhere; }
#tabs .passages > summary, #tabs .made > summary { color: var(--quiet); }
#tabs .path, #source .path { display: block; margin-left: 1.1em; font-size: .9em; color: var(--quiet); }
#tabs .text, #source .text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .7em 0; font-size: .95em;
  line-height: 1.55; }
#tabs mark, #source mark { background: var(--marked); color: #1c1917; border-radius: 3px; scroll-margin: 6em; }
#source mark.chosen { outline: 2px solid var(--backed); outline-offset: 1px; }
#chat .bot-row:not(:has(.reply.whole)) .message-buttons { display: none; }
#wrong { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: .8em; gap: .7em; }
#source { position: fixed; z-index: 1000; right: 0; top: 0; bottom: 0; width: min(27rem, 36vw); display: flex;
  flex-direction: column; gap: .6rem; padding: 1rem; background: var(--background-fill-primary);
  color: var(--body-text-color); border-left: 1px solid var(--border-color-primary); box-shadow: 0 0 24px #0002; }
#source[hidden] { display: none; }
#source .head { display: flex; align-items: start; gap: .6rem; }
#source h2 { flex: 1; margin: 0; font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
#source .path { margin-left: 0; font-weight: 400; }
#source .close { font-size: 1.1rem; min-width: 2rem; min-height: 2rem; border-radius: 6px; }
#source .close:hover { background: var(--background-fill-secondary); }
#source .read { overflow-y: auto; }
#source-place { padding: 0; }
#talks .talks { margin: 0; padding: 0; list-style: none; display: grid; gap: .15rem; }
#talks { max-height: 45dvh; overflow-y: auto !important; }
#talks .talk { display: block; width: 100%; text-align: left; padding: .45em .6em; border-radius: 6px;
  font-size: .88rem; font-weight: 400; line-height: 1.35; overflow-wrap: anywhere; background: none; }
#talks .talk:hover, #talks .talk[aria-current] { background: var(--background-fill-secondary); }
#talks .talk[aria-current] { box-shadow: inset 3px 0 var(--backed); }
#talks .when { display: block; font-size: .75rem; color: var(--quiet); }
#sidebar .note { margin: 0; font-size: .85rem; color: var(--quiet); }
#sidebar .problem { margin: 0; font-size: .85rem; color: var(--trouble); overflow-wrap: anywhere; }
#model-state progress { width: 100%; }
#reword-row { align-items: end; }
#reword-row button, #ask-row button { white-space: nowrap; }
#talks, #talks-said, #model-state { padding: 0; }
#talks-said:not(:has(.prose > *)) { display: none; }
#settings input { font-size: .8rem; text-overflow: ellipsis; padding-right: 1.4rem; }
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
@media (min-width: 1100px) {
  #tabs.reading { padding-right: calc(min(27rem, 36vw) - max(0px, (100vw - 1260px) / 2)); }
}
@media (max-width: 1099px) {
  #source { left: 0; top: auto; width: auto; max-height: 65dvh; border-left: 0;
    border-top: 1px solid var(--border-color-primary); border-radius: 12px 12px 0 0; }
}
@media (max-width: 600px) {
  #chat { height: calc(100dvh - 21rem) !important; }
  #chat .bot-row:last-of-type { min-height: calc(100dvh - 27.5rem); }
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
let pressed = '', reader = null, cited = null;
const byId = id => document.getElementById(id);
const press = (id, value) => { pressed = value; byId(id)?.click(); };

function openSource(link) {
  const mark = byId(link.getAttribute('href').slice(1));
  const passage = mark?.closest('.passage');
  if (!passage) return;
  const panel = byId('source'), copy = passage.cloneNode(true);
  copy.querySelectorAll('mark').forEach(one => one.classList.toggle('chosen', one.id === mark.id));
  copy.querySelectorAll('[id]').forEach(one => one.removeAttribute('id'));
  const head = copy.querySelector('summary');
  panel.querySelector('h2').innerHTML = head.innerHTML;
  head.remove();
  panel.querySelector('.read').replaceChildren(...copy.childNodes);
  panel.hidden = false;
  byId('tabs').classList.add('reading');
  document.querySelectorAll('a.cite.chosen').forEach(one => one.classList.remove('chosen'));
  link.classList.add('chosen');
  cited = link;
  panel.querySelector('mark.chosen').scrollIntoView({ block: 'center' });
  panel.querySelector('h2').focus({ preventScroll: true });
}

function closeSource() {
  byId('source').hidden = true;
  byId('tabs').classList.remove('reading');
  cited?.classList.remove('chosen');
  cited?.focus();
  cited = null;
}

document.addEventListener('click', event => {
  const link = event.target.closest('a.cite');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  openSource(link);
}, true);
document.addEventListener('click', event => {
  const at = selector => event.target.closest(selector);
  if (at('#source .close')) closeSource();
  else if (at('#chat .offer')) press('offered', at('.offer').textContent);
  else if (at('#chat .reword')) press('reworded', '');
  else if (at('#talks .talk')) press('pressed-talk', at('.talk').value);
});
document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && byId('source') && !byId('source').hidden) closeSource();
});
let asked = 0;
new MutationObserver(() => {
  const questions = document.querySelectorAll('#chat .asked');
  if (questions.length > asked) questions[questions.length - 1].closest('.message-row').scrollIntoView();
  asked = questions.length;
  if (cited && !document.contains(cited)) {  // an answer that grows is put there anew
    cited = document.querySelector(`#tabs a.cite[href="${cited.getAttribute('href')}"]`);
    if (cited) cited.classList.add('chosen'); else closeSource();
  }
  // What Gradio tells a screen reader wrongly: a list of things that are buttons, and a message's HTML as its name.
  document.querySelectorAll('#chat .examples[role=list]').forEach(one => {
    one.setAttribute('role', 'group');
    one.setAttribute('aria-label', 'Questions to start with');
  });
  document.querySelectorAll('#chat [data-testid][aria-label*="message:"]').forEach(one => {
    one.removeAttribute('aria-label');
  });
}).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-label', 'role'] });
</script>
"""

SOURCE = (
    '<aside id="source" aria-labelledby="source-title" hidden>'
    '<div class="head"><h2 id="source-title" tabindex="-1"></h2>'
    '<button type="button" class="close" aria-label="Close the source">✕</button></div>'
    '<div class="read" tabindex="0" role="region" aria-label="The cited passage"></div></aside>'
)
TAKE_PRESSED = "(_, ...others) => [pressed, ...others]"
SHOW_FORM = "() => { document.getElementById('wrong')?.scrollIntoView({ block: 'nearest' }); }"
MAKE_ROOM = """() => {
  if (innerWidth < 900) document.querySelector('#sidebar.open button.toggle-button')?.click();
}"""
