// The composer: inserts a text where the cursor is, offers a promise, and keeps the draft
// before the language of the page changes. Without it, the buttons of the form do the same.

const form = document.getElementById("composer");
const text = form?.elements.text;

function insert(words) {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const before = value.slice(0, start);
  const gap = before && !/\s$/.test(before) ? "\n\n" : "";
  text.setRangeText(gap + words, start, end, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const source = button && document.getElementById(button.dataset.insert);
  if (source) {
    event.preventDefault();
    insert(source.innerText.trim());
  }
});

const promising = /je vous reviens|je te reviens|on s'en occupe|je m'en occupe|d'ici (lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain)|get back to you|we'll take care|by (monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow)/i;

text?.addEventListener("input", () => {
  const promise = document.getElementById("promise");
  if (promise && promising.test(text.value.replaceAll("’", "'"))) {
    promise.open = true;
  }
});

document.getElementById("language")?.addEventListener("submit", (event) => {
  if (!form) return;
  event.preventDefault();
  const choice = event.submitter;
  const kept = fetch(form.dataset.draft, {
    method: "POST",
    body: new FormData(form),
    headers: { "HX-Request": "true" },
  });
  kept.finally(() => {
    const language = event.target;
    const chosen = document.createElement("input");
    chosen.type = "hidden";
    chosen.name = choice.name;
    chosen.value = choice.value;
    language.append(chosen);
    language.submit();
  });
});
