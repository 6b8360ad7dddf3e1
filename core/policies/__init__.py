"""What groups of people may use (recipes, surfaces, models, sources, mailboxes, budgets, learning), and how they write.

Resolution, in this order:

1. **Sections.** For a request hold `[installation]`, then `[workspace.NAME]` of the workspace that it comes through,
   then `[group.NAME]` of each group of the person, in the order of the file. Who is in a group is in every group that
   includes it.
2. **A denial wins.** What any of these sections denies is denied: a name under `deny`, `local_only = true`,
   `learning = false`.
3. **Each level narrows.** Where a level has lists of what is allowed, only that is. The lists of all groups of a person
   are one list; a level without a list allows everything that the others allow.
4. **Budgets.** Of the groups of a person the largest holds; of the three levels, and the models file, the smallest.
5. What nobody speaks of is allowed. Without policies everything is.
6. **House style** has its own order, see `style`.

`rules` is the format, `parsing` reads it, `in_force` knows which text counts (the file, else the newest of `versions`),
`membership` knows who is in which group, `resolution` applies the rules to a person, `style` is their house style,
`enforcement` is what everything else asks.
"""
