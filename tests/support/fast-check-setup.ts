import fc from 'fast-check';

// Everybody judges a change by the same examples; with CAUSEWAY_RANDOM_EXAMPLES=1 others are explored, and the seed of a failure printed.
if (!process.env.CAUSEWAY_RANDOM_EXAMPLES) {
  fc.configureGlobal({ seed: 20_261_121 });
}
