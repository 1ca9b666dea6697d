// The pin can be bypassed by installing without scripts; then everything would silently run on another Node.
if (!process.version.startsWith('v24.')) {
  process.stderr.write(
    `Node 24 is required, this is ${process.version}. Run it through npm (npm run <script>) after npm install without --ignore-scripts.\n`
  );
  process.exit(1);
}
