// Milliseconds to the first paint and to the largest; how long scripts blocked the page beyond 50 ms each.
const done = arguments[0];
const last = (type) => new Promise((answer) => {
  let entries = [];
  const observer = new PerformanceObserver((list) => { entries.push(...list.getEntries()); });
  observer.observe({ type, buffered: true });
  setTimeout(() => { entries.push(...observer.takeRecords()); observer.disconnect(); answer(entries); }, 300);
});
Promise.all([last('paint'), last('largest-contentful-paint'), last('longtask')]).then(([paint, largest, long]) => done([
  (paint.find((e) => e.name === 'first-contentful-paint') || {}).startTime,
  (largest.at(-1) || {}).startTime,
  long.reduce((sum, e) => sum + Math.max(0, e.duration - 50), 0),
]));
