/** Says nothing while tests pass, everything about one that fails, and closes with the counts; names what was skipped. */
class QuietReporter {
  onTestResult(_test, result) {
    if (result.failureMessage) process.stderr.write(`\n${result.testFilePath}\n${result.failureMessage}\n`);
  }

  onRunComplete(_contexts, results) {
    for (const file of results.testResults) {
      for (const test of file.testResults) {
        if (test.status === 'pending' || test.status === 'todo')
          process.stdout.write(`skipped: ${test.fullName}\n`);
      }
    }
    const seconds = ((Date.now() - results.startTime) / 1000).toFixed(0);
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(`${results.numTotalTestSuites} test files in ${seconds} s\n`);
    process.stdout.write(`${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}

module.exports = QuietReporter;
