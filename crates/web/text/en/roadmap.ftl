roadmap-title = Roadmap
roadmap-lead = Five stages, in the order that tends to work: feeling safe with each other first, then touch, then sex, then keeping it. You two may start anywhere.
roadmap-count = { $count ->
    [one] one practice
   *[other] { $count } practices
  }
roadmap-stage = Stage { $number }
roadmap-paths = Paths
roadmap-paths-lead = A plan of weeks that draws on the practices, one thing at a time.
roadmap-season = For a hard season
roadmap-reading = To read
roadmap-back = Back to the Roadmap

practice-minutes = { $least } to { $most } minutes
practice-energy-low = little energy
practice-energy-medium = some energy
practice-energy-high = a good deal of energy
practice-propose = Propose it
practice-log = Do it now
practice-hold-now = Hold it now
practice-why = Why
practice-how = How it goes
practice-rules = What you agree on
practice-not-now = Not for now if
practice-not-now-rest = Other times to leave it
practice-not-now-help = Then there is better help:
practice-variants = Ways to fit it to you
practice-evidence = What it stands on
practice-source = Source:
practice-grade = How strong the evidence is
practice-grades = A: at least one randomised trial of this or something very close. B: diary, lab or long-term studies. C: what clinicians agree on. D: folk wisdom. Even an A is no promise: most trials are small and short.
practice-first = Good to have done before
practice-next = What may come next
variant-low-energy = With little energy
variant-long-distance = Apart
variant-sensory = For sensitive senses
variant-after-children = With small children
variant-one-phone = On one phone
variant-pain = With pain or tiredness
variant-alone = On your own
roadmap-skills = Open the lessons
