/* Returns each text in the page whose contrast with what is behind it is below 4.5 (WCAG 2.2, 1.4.3). */
() => {
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const over = ([r, g, b, a = 1], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const luminance = (colour) => {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parent = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = parent(at)) layers.push(channels(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => (layer.length ? over(layer, below) : below), [255, 255, 255]);
  };
  const faint = (element) => {
    for (let at = element; at; at = parent(at)) if (Number(getComputedStyle(at).opacity) < 1) return Number(getComputedStyle(at).opacity);
    return 1;
  };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!hasText || element.classList.contains('unseen') || !element.checkVisibility()) continue;
    if (element.hasAttribute('disabled') || element.ariaDisabled === 'true' || element.tagName === 'OPTION') continue;
    const below = behind(element);
    const text = channels(getComputedStyle(element).color);
    const [a, b] = [luminance(over([...text.slice(0, 3), (text[3] ?? 1) * faint(element)], below)), luminance(below)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}: ${element.textContent.slice(0, 40)}`);
  }
  return found;
}
