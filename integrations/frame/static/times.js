// Times in the reader's own zone, and that zone where a form asks for one.
function localise(root) {
  // In the language of the page, which may not be the browser's; of the reader's own forms of it where they have one.
  const page = document.documentElement.lang;
  const own = navigator.languages.find((one) => one.split("-")[0] === page.split("-")[0]);
  const shape = new Intl.DateTimeFormat(own || page || undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]:not([data-own])")) {
    time.title = time.textContent;
    time.textContent = shape.format(new Date(time.dateTime));
    time.dataset.own = "";
  }
  for (const field of root.querySelectorAll('input[name="zone"]')) {
    field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  }
}
localise(document);
document.addEventListener("htmx:load", (event) => localise(event.target));
