/** Stands in for the parent port of a utility process: wraps what goes through it, so that a test sees that it did. */
process.parentPort = {
  on: (_event, listener) => process.on('message', (data) => listener({ data })),
  postMessage: (message) => process.send?.({ byPort: message }),
};
