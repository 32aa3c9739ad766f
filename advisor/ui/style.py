"""The page's heading and style, and the script that opens a cited passage and brings a new question to the top."""

INTRO = "<h1>Career advisor</h1><p>Each sentence of an answer links to the passage that backs it.</p>"

CSS = """
:root { --backed: #4338ca; --marked: #fde68a; --trouble: #b91c1c; --unsure: #b45309;
  --quiet: #4b5563; }
.dark { --backed: #a5b4fc; --marked: #fcd34d; --trouble: #fca5a5; --unsure: #fcd34d;
  --quiet: #b6bcc8; }
.gradio-container { width: 100%; max-width: 960px !important; margin: auto; }
#chat { height: calc(100dvh - 18rem) !important; min-height: 20rem; }
#chat .icon-button-wrapper { display: none; }
#chat .message, #chat .prose { opacity: 1; }
#chat .bot-row:last-of-type { min-height: calc(100dvh - 25rem); }
#tools { align-items: end; }
#tools .form { flex: 2 1 300px; }
#tools input { font-size: .85rem; text-overflow: ellipsis; padding-right: 1.4rem; }
#intro h1 { margin: 0; font-size: 1.5rem; }
#intro p { margin: .1rem 0 0; color: var(--quiet); }
#chat .placeholder-content { padding-top: .8rem; }
#chat .asked { white-space: pre-wrap; font-weight: 600; }
#chat .answer { margin: 0; line-height: 1.65; }
#chat ul.answer { padding-left: 1.2em; list-style: disc; }
#chat li.depth2 { margin-left: 1.4em; list-style: circle; }
#chat .note { margin: .5em 0 0; font-size: .85em; color: var(--quiet); }
#chat a.cite { margin-left: .15em; font-size: .8em; font-weight: 600; text-decoration: none; color: var(--backed);
  padding: 0 .15em; border-radius: 4px; vertical-align: text-top; }
#chat a.cite:hover, #chat a.cite:focus-visible { background: var(--backed); color: var(--background-fill-primary); }
#chat .unbacked { text-decoration: underline dashed var(--unsure); text-underline-offset: .25em; }
#chat .unbacked em { font-size: .8em; color: var(--unsure); }
#chat .abstain, #chat .problem { margin: 0; white-space: pre-line; padding: .6em .9em;
  border-left: 4px solid var(--unsure);  border-radius: 4px; background: var(--background-fill-secondary); }
#chat .problem { border-color: var(--trouble); overflow-wrap: anywhere; }
#chat .problem strong { color: var(--trouble); }
#chat .reply > .passage:first-of-type, #chat .reply > .others:first-of-type { margin-top: .8em; }
#chat .passage, #chat .others { margin: .4em 0; }
#chat .passage { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: .5em .8em; }
#chat summary { cursor: pointer; font-size: .9em; overflow-wrap: anywhere; }
#chat .others > summary { color: var(--quiet); }
#chat .path { display: block; margin-left: 1.1em; font-size: .9em; color: var(--quiet); }
#chat .text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .7em 0; font-size: .95em; line-height: 1.55; }
#chat mark { background: var(--marked); color: #1c1917; border-radius: 3px; scroll-margin: 6em; }
#chat mark.chosen { outline: 2px solid var(--backed); outline-offset: 1px; }
@media (max-width: 600px) {
  #chat { height: calc(100dvh - 22.5rem) !important; }
  #chat .bot-row:last-of-type { min-height: calc(100dvh - 29rem); }
}
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
let asked = 0;
new MutationObserver(() => {
  const questions = document.querySelectorAll('#chat .asked');
  if (questions.length > asked) questions[questions.length - 1].closest('.message-row').scrollIntoView();
  asked = questions.length;
}).observe(document, { childList: true, subtree: true });
</script>
"""
