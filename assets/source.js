// The source editor: CodeMirror over the page's textarea, which stays the form's field. Built by `make assets` into static/vendor/source.js.
//
// The editor lives in a shadow root: its styles are then constructed style sheets, which a Content-Security-Policy without
// 'unsafe-inline' lets through.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, snippetCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { xml } from "@codemirror/lang-xml";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, HighlightStyle, indentUnit, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const form = document.getElementById("editor");
const area = form && form.querySelector("textarea[name=text]");

const look = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "var(--bs-body-bg)", color: "var(--bs-body-color)", height: "calc(100vh - 14rem)", minHeight: "16rem" },
  "&.cm-focused": { outline: "2px solid var(--x-accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--bs-font-monospace)", lineHeight: "1.5" },
  ".cm-gutters": { backgroundColor: "var(--x-ground)", color: "var(--x-quiet)", borderRight: "1px solid var(--x-line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--x-accent-soft) 40%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--bs-body-color)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--x-mark)" },
  ".cm-tooltip": { backgroundColor: "var(--bs-body-bg)", color: "var(--bs-body-color)", border: "1px solid var(--x-line)", borderRadius: "6px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--x-accent)", color: "var(--bs-body-bg)" },
  ".cm-completionInfo": { maxWidth: "26rem", whiteSpace: "pre-line", fontFamily: "var(--bs-body-font-family)" },
  ".cm-panels": { backgroundColor: "var(--x-ground)", color: "var(--bs-body-color)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--x-accent-soft)", border: "0", color: "var(--x-accent-strong)", padding: "0 .4em" },
  ".cm-matchingTag": { backgroundColor: "var(--x-accent-soft)" },
});
const colours = HighlightStyle.define([
  { tag: [tags.tagName, tags.angleBracket], color: "var(--x-tag)" },
  { tag: tags.attributeName, color: "var(--x-attribute)" },
  { tag: tags.attributeValue, color: "var(--x-value)" },
  { tag: tags.comment, color: "var(--x-quiet)", fontStyle: "italic" },
  { tag: [tags.processingInstruction, tags.documentMeta], color: "var(--x-quiet)" },
  { tag: tags.character, color: "var(--x-attribute)" },
]);

// What stands around the cursor, from the syntax tree: the open elements with their attributes, and the innermost one's children.
const text = (state, node) => state.sliceDoc(node.from, node.to);
const opening = (state, node) => {
  const tag = node.getChild("OpenTag") || node.getChild("SelfClosingTag") || (/Tag$/.test(node.name) ? node : null);
  const name = tag && tag.getChild("TagName");
  if (!name) return null;
  const attributes = {};
  for (const each of tag.getChildren("Attribute")) {
    const key = each.getChild("AttributeName"), value = each.getChild("AttributeValue");
    if (key) attributes[text(state, key)] = value ? text(state, value).slice(1, -1) : "";
  }
  return { name: text(state, name), attributes };
};
// The children behind the cursor, from the text: what is being written there leaves the syntax tree in pieces.
const TAG = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/?)([^\s<>\/="']+)(?:[^<>"']|"[^"]*"|'[^']*')*?(\/?)>/g;
const following = (state, position) => {
  const names = [], rest = state.sliceDoc(position, position + 200000);
  let depth = 0;
  for (const tag of rest.matchAll(TAG)) {
    if (!tag[2]) continue;
    if (tag[1]) { if (depth === 0) break; depth -= 1; continue; }
    if (depth === 0) names.push(tag[2]);
    if (!tag[3]) depth += 1;
  }
  return names;
};
const around = (state, position, self) => {
  const path = [], before = [], behind = self ? [] : following(state, position + 1);
  let node = syntaxTree(state).resolveInner(position, -1);
  let innermost = null;
  for (let each = node; each; each = each.parent) {
    if (each.name !== "Element" || each.from >= position && !self) continue;
    const tag = each.getChild("OpenTag");
    const open = tag && tag.to <= position;
    if (open || (self && each === self)) {
      const found = opening(state, each);
      if (found) path.unshift(found);
      if (!innermost && open) innermost = each;
    }
  }
  for (const child of innermost ? innermost.getChildren("Element") : []) {
    const found = opening(state, child);
    if (!found) continue;
    if (child.to <= position) before.push(found.name);
  }
  return { path, before, behind };
};
const ancestor = (node, test) => { for (let each = node; each; each = each.parent) if (test(each.name)) return each; return null; };
const place = (state, position) => {
  const node = syntaxTree(state).resolveInner(position, -1);
  const value = ancestor(node, (name) => name === "AttributeValue");
  const tag = ancestor(node, (name) => name === "OpenTag" || name === "SelfClosingTag");
  const element = tag ? tag.parent : null;
  if (value && position > value.from) {
    const name = value.parent.getChild("AttributeName");
    const from = Math.max(value.from + 1, position - (/[^\s"']*$/.exec(state.sliceDoc(value.from + 1, position)) || [""])[0].length);
    return { kind: "value", attribute: name ? text(state, name) : "", from, self: element };
  }
  const before = state.sliceDoc(Math.max(0, position - 200), position);
  const start = /<([\w:.-]*)$/.exec(before);
  if (start) return { kind: "element", from: position - start[1].length };
  const attribute = /\s([\w:.-]*)$/.exec(before);
  if (tag && position > tag.from && attribute && !(tag.lastChild && tag.lastChild.name === "EndTag" && position >= tag.to)) {
    return { kind: "attribute", from: position - attribute[1].length, self: element };
  }
  const word = />\s*([^<>\s]*)$/.exec(before);
  return word ? { kind: "value", from: position - word[1].length, text: true } : null;
};
const complete = async (context) => {
  const at = place(context.state, context.pos);
  if (!at || (at.text && !context.explicit)) return null;
  const from = at.kind === "element" ? at.from - 1 : context.pos;
  const sent = { kind: at.kind, attribute: at.attribute || "", ...around(context.state, at.kind === "element" ? from : context.pos, at.self) };
  const answer = await fetch(form.dataset.complete, {
    method: "POST", credentials: "same-origin", body: new URLSearchParams({ context: JSON.stringify(sent) }),
  });
  if (!answer.ok) return null;
  const { options } = await answer.json();
  const made = options.map((option, index) => {
    const shown = { label: option.label, detail: option.detail, info: option.info || undefined, boost: Math.max(99 - index, -99),
                    type: at.kind === "element" ? "class" : "property" };
    return option.insert ? snippetCompletion(option.insert, shown) : shown;
  });
  return made.length ? { from: at.from, options: made, validFor: /^[\w:.-]*$/ } : null;
};

const start = () => {
  const host = document.createElement("div");
  host.className = "code-host";
  area.hidden = true;
  area.after(host);
  const root = host.attachShadow({ mode: "open" });
  let base = form.elements.base.value, timer = null, running = null, dirty = false;

  const show = (marks) => {
    const doc = view.state.doc;
    view.dispatch(setDiagnostics(view.state, marks.map((mark) => {
      const line = doc.line(Math.min(Math.max(mark.line, 1), doc.lines));
      const from = Math.min(line.from + mark.column - 1, line.to);
      const word = /^[<]?[\w:.-]+/.exec(doc.sliceString(from, line.to));
      return { from, to: Math.min(from + (word ? word[0].length : 1), doc.length), severity: "error", message: mark.message };
    })));
  };
  const sync = () => {
    area.value = view.state.doc.toString();
    const head = view.state.selection.main.head, line = view.state.doc.lineAt(head);
    form.elements.line.value = line.number;
    form.elements.column.value = head - line.from + 1;
  };
  const check = async () => {
    if (running || !dirty) return;
    dirty = false;
    sync();
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "check");
    form.parentNode.classList.add("working");
    running = fetch(form.action, { method: "POST", credentials: "same-origin", body }).then(async (answer) => {
      const kind = answer.headers.get("Content-Type") || "";
      if (!answer.ok || !kind.startsWith("application/json")) return;
      const state = await answer.json();
      form.elements.base.value = base = state.base;
      document.getElementById("rail").innerHTML = state.rail;
      const message = form.elements.reason.value, typing = document.activeElement === form.elements.reason;
      if (!typing) { document.getElementById("bar").innerHTML = state.bar; form.elements.reason.value = message; }
      if (!dirty) show(state.marks);
    }).catch(() => { dirty = true; });
    await running;
    running = null;
    form.parentNode.classList.remove("working");
    if (dirty) timer = setTimeout(check, 700);
  };
  const view = new EditorView({
    parent: root, root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        lineNumbers(), foldGutter(), codeFolding(), lintGutter(), history(), drawSelection(), highlightActiveLine(), highlightActiveLineGutter(),
        bracketMatching(), closeBrackets(), highlightSelectionMatches(), indentUnit.of("  "), EditorState.tabSize.of(4), EditorView.lineWrapping,
        xml({ autoCloseTags: true }), autocompletion({ override: [complete], activateOnTyping: true }), syntaxHighlighting(colours), look,
        EditorView.contentAttributes.of({ "aria-label": "Source", spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          dirty = true;
          clearTimeout(timer);
          timer = setTimeout(check, 700);
        }),
        keymap.of([
          { key: "Escape", run: () => { document.querySelector('[name="reason"]').focus(); return true; } },
          ...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap, ...defaultKeymap, indentWithTab,
        ]),
      ],
    }),
  });
  const go = (number, focus) => {
    const line = view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
    view.dispatch({ selection: { anchor: line.from + (/^\s*/.exec(line.text) || [""])[0].length }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
    if (focus) view.focus();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#rail [data-line]");
    if (!link) return;
    event.preventDefault();
    go(Number(link.dataset.line), true);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) { sync(); return; }
    event.preventDefault();
    const button = event.submitter, value = button && button.value;
    running.then(() => {
      sync();
      const again = value ? form.querySelector(`[name="do"][value="${value}"]`) || document.querySelector(`[name="do"][value="${value}"][form]`) : null;
      form.requestSubmit(again || undefined);
    });
  });
  show(JSON.parse(form.dataset.marks));
  go(Number(form.dataset.line), true);
  window.xmlsvcSource = { view, openSearchPanel };
};

if (area) start();
