import fc from 'fast-check';

// A change is judged by the same examples every time; runs by hand explore others and print the seed of a failure.
if (process.env.CI) {
  fc.configureGlobal({ seed: 20_261_121 });
}
