// Puts times into the person's own zone and words. Without it they stay in UTC.
"use strict";

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function words(when, now) {
  const days = Math.round((midnight(now) - midnight(when)) / 86400000);
  const clock = when.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (days === 0) return `today at ${clock}`;
  if (days === 1) return `yesterday at ${clock}`;
  return `${when.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" })} at ${clock}`;
}

for (const element of document.querySelectorAll("time[datetime]")) {
  const when = new Date(element.dateTime);
  if (Number.isNaN(when.getTime())) continue;
  element.title = element.textContent;
  element.textContent = words(when, new Date());
}
