"""What an auditor of accessibility looks at, as scripts that run in the page and give a list of complaints."""

NAMES = r"""() => {
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false });
  const named = (node) => {
    const labels = [...(node.labels ?? [])].map((label) => label.textContent.trim()).join("");
    const by = (node.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("");
    return (node.getAttribute("aria-label") || by || labels || node.textContent.trim() || node.title || "").trim();
  };
  const controls = [...document.querySelectorAll("button, a[href], input, select, textarea, audio, summary, [role=tab], [tabindex]")].filter(shown);
  const complaints = controls.filter((node) => !named(node)).map((node) => "no name: " + node.outerHTML.slice(0, 120));
  for (const node of document.querySelectorAll("[tabindex]")) if (node.tabIndex > 0) complaints.push("positive tabindex: " + node.outerHTML.slice(0, 120));
  for (const image of document.querySelectorAll("img")) if (!image.hasAttribute("alt")) complaints.push("no alt: " + image.src);
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) complaints.push("id twice: " + id);
  for (const node of controls.filter((each) => each.matches("button, select, textarea"))) {
    const box = node.getBoundingClientRect();
    const inline = getComputedStyle(node).display === "inline" || node.classList.contains("link") || node.classList.contains("spoiler");
    if (!inline && (box.width < 23.9 || box.height < 23.9)) complaints.push(`small, ${box.width}x${box.height}: ` + node.outerHTML.slice(0, 120));
  }
  return complaints;
}"""

CONTRAST = r"""() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (text) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { r, g, b, a: a / 255 };
  };
  const over = (top, under) => ({ r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a), b: top.b * top.a + under.b * (1 - top.a), a: 1 });
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      layers.push(rgba(getComputedStyle(at).backgroundColor));
      if (layers.at(-1).a > 0.99) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
  };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const complaints = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest("svg, .visually-hidden, .spoiler, [disabled]")) continue;
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const style = getComputedStyle(node);
    const under = ground(node);
    const [a, b] = [light(over(rgba(style.color), under)), light(under)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    seen += 1;
    if (ratio < (large ? 3 : 4.5)) complaints.set(`${node.className || node.tagName}`, `${ratio.toFixed(2)} for "${walker.currentNode.data.trim().slice(0, 30)}" in ${node.tagName}.${node.className}`);
  }
  return { seen, complaints: [...complaints.values()] };
}"""

FOCUSED = r"""() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const box = node.getBoundingClientRect();
  const style = getComputedStyle(node);
  const all = [...document.querySelectorAll("*")];
  return {
    order: all.indexOf(node),
    name: node.getAttribute("aria-label") ?? node.textContent.slice(0, 40),
    ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    onScreen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""

FRAMES = r"""(seconds) => new Promise((resolve) => {
  const times = [];
  let last = performance.now();
  const end = last + seconds * 1000;
  const frame = (now) => {
    times.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(frame);
    else resolve(times.slice(1).sort((a, b) => a - b));
  };
  requestAnimationFrame(frame);
})"""
