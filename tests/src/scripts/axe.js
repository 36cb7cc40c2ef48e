// Appended to axe-core itself; answers each rule with each place.
axe.run(document, { resultTypes: ['violations'] }).then((results) => done(results.violations.flatMap((violation) =>
  violation.nodes.map((node) => ({ rule: violation.id, place: node.target.flat().join(' '), help: violation.help })))),
  (problem) => done(String(problem)));
