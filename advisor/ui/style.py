"""The page's style, and the few lines of script that open a passage when its citation is followed."""

CSS = """
.gradio-container { max-width: 1280px !important; margin: auto; }
#chat .answer { margin: 0; line-height: 1.6; }
#chat .details { margin: .5em 0 0; font-size: .8em; opacity: .8; }
#chat .unbacked { text-decoration: underline dashed; opacity: .85; }
#chat .problem { border-left: 3px solid #c2410c; padding-left: .7em; }
#chat a.cite { margin-left: .2em; font-weight: 600; text-decoration: none; }
#sources .passage { border: 1px solid var(--border-color-primary); border-radius: 8px;
  padding: .6em .8em; margin: .5em 0; }
#sources .passage:target { outline: 2px solid var(--color-accent); }
#sources .text { white-space: pre-wrap; margin: .6em 0; line-height: 1.5; }
#sources mark { background: #fde68a; color: #1c1917; padding: 0 .1em; border-radius: 3px; }
#sources .why, #sources small { font-size: .8em; opacity: .8; }
"""

HEAD = """
<script>
document.addEventListener('click', event => {
  const link = event.target.closest('a.cite, a[href^="#passage-"]');
  if (!link) return;
  event.preventDefault();
  const passage = document.getElementById(link.getAttribute('href').slice(1));
  if (!passage) return;
  passage.open = true;
  (passage.querySelector('mark') || passage).scrollIntoView({ behavior: 'smooth', block: 'center' });
}, true);
</script>
"""
