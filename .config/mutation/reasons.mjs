/**
 * Why a mutant that survives need not be caught. The first rule that fits a survivor explains it. A rule has the reason
 * `why` and regular expressions, of which all that are given must match: `file`; `line`, the trimmed source line;
 * `was` and `mutant`, the text replaced and what it became; `kind`, Stryker's name of the mutation.
 */
const extraTurn = "The loop makes one turn more, or starts one place earlier, and reads or writes beyond the end of a list or typed array there, which has no effect.";
const shortcut = "A shortcut: without it the same bits are computed, in a longer way.";
const memory = "Only memory and speed: where a result lies, or whether an array is made anew or kept, changes no bit of any value.";
const said = "The name in an error that cannot occur: the op has checked the same before.";
const readers = "Words, or data, for readers of a record that is never registered: nothing computes with them.";
const impossible = "The case cannot occur, since an earlier check has ruled it out; the mutant differs there only.";
const types = "For the type checker: at run time the other half of the condition decides alone.";
const drawing = "How the laws' arguments are drawn from the cases: other draws are as good.";

export const reasons = [
  // ---- src/autodiff
  { file: /autodiff\/(forward|tape)/, line: /^readonly kind = /, why: "A trace is asked only whether its kind is \"batch\" or \"graph\"; the other words are for readers." },
  { file: /autodiff\/primitive/, was: /^"notDerivedYet"$/, why: "Asked for are the other two absences; the third word is for readers." },
  { file: /autodiff\/primitive/, line: /^return typeof rule === "object"/, why: types },
  { file: /autodiff\/apply/, was: /^"float64"$/, line: /trace\?\.literal/, why: impossible },
  { file: /autodiff\/apply/, was: /level > found\.level/, mutant: />=/, why: "Of two values with one level both have one trace." },
  { file: /autodiff\/apply/, line: /^return context\?\.kernels === kernels/, mutant: /^false$/, why: memory },
  { file: /autodiff\/batch/, was: /^`vmap: args/, why: "The words of an error that cannot occur: the batch's size has been read from the same leaf before." },
  { file: /autodiff\/batch/, line: /^if \(x\.shape\.length === rank\)/, mutant: /^false$/, why: shortcut },
  { file: /autodiff\/(forward|tape)/, line: /^if \(equalLists\(/, mutant: /^false$/, why: shortcut },
  { file: /autodiff\/apply/, line: /^return \{ kernels, allocate, elements: near/, mutant: /^(false|\(\) => undefined)$/, why: shortcut },
  { file: /autodiff\/tree/, line: /^if \(key === "__proto__"\)/, was: /^key === /, mutant: /^true$/, why: "A property that is defined is one that is assigned, for any other key." },
  { file: /autodiff\/tree/, line: /^if \(key === "__proto__"\)/, was: /^true$/, why: "Whether that one key may be overwritten or removed in what is returned." },
  { file: /autodiff\/tree/, line: /^if \(!isBranch\(tree\)\) return leaves\[0\]/, mutant: /^false$/, why: shortcut },
  { file: /autodiff\/reverse/, line: /inputs\[position\]\.length === 0 \? tree/, mutant: /^false$/, why: "What stands for an argument that was not chosen is not handed out." },
  { file: /autodiff\/(forward|tape)/, line: /^for \(let position = 0; position < args\.length; position\+\+\)/, mutant: /<=/, why: extraTurn },
  { file: /autodiff\/(apply|record|tape)/, was: /^new Array(<\w+>)?\(/, mutant: /^new Array\(\)$/, why: "A list without a length grows as it is filled; its holes read as undefined." },
  { file: /autodiff\/scope/, was: /^\+\+generations$/, why: "Any number will do that no scope had before." },
  { file: /autodiff\/scope/, line: /^(export function near|if \(!placing \|\| kernels|if \(!kernels\.isScratch\(data\)\)|placing = true;|placing = inScratch && open > 0;|onHeapOnly = open === 0;)/, why: memory },
  { file: /autodiff\/tape/, line: /^(function isEmpty|for \(const key in params|return true;)/, why: memory },
  { file: /autodiff\/tape/, line: /^(literal\(value|if \(Object\.is\(value, -0\)\)|if \(known !== undefined\)|if \(literals\.size)/, why: memory },
  { file: /autodiff\/tape/, line: /^const out = placed\(true/, was: /^true$/, why: memory },
  { file: /autodiff\/fingerprint/, line: /^this\.noted\.set/, was: /^read === x$/, mutant: /^true$/, why: "A hash is taken of an array that has a copy to compare with; nothing reads it." },
  { file: /autodiff\/tape/, line: /^else primals\[position\] = typeof operands\[position\] === "number"/, why: "More arrays are watched for changes in place: literal numbers, which nobody can reach to change." },
  { file: /autodiff\/tape/, line: /^return isTraced\(x\) \|\| currentKernels\(\)/, was: /^true$/, why: memory },
  { file: /autodiff\/tape/, line: /^(export function leaveLevel|openTraces--;)/, why: "Levels are compared only, and a trace that is opened later has the higher one all the same." },
  { file: /autodiff\/tape/, line: /^if \(ct !== undefined\) visit/, mutant: /^true$/, why: "The visitor is told of cotangents that are not there, and notes that they are not." },
  { file: /autodiff\/tape/, line: /^if \(source < 0 \|\| !needed\[source\]\)/, why: "A constant has the index -1, where a typed array holds nothing, which counts as not needed." },
  { file: /autodiff\/tape/, line: /^for \(const entry of wanted\)/, why: "A typed array ignores what is written beyond its end; and the last entry, if it is wanted, is an input, which has no rule to run." },
  { file: /autodiff\/tape/, line: /^for \(const source of this\.entries\[i\]\.from\)/, why: "All callers want every input of the tape, and an entry is on it only if it depends on one: so all are needed." },
  { file: /autodiff\/tape/, line: /^return isTraced\(value\) && value instanceof TapeValue/, mutant: /\|\|/, why: types },

  // ---- src/transformations
  { file: /transformations\/custom-rule/, line: /^(name, maths:|domain: |cases: )/, why: readers },
  { file: /transformations\/custom-rule/, line: /^shape: \(\) => \[\]/, why: "Nobody asks for it: forward gives the output its own shape, and vmap finds a batching rule." },
  { file: /transformations\/custom-rule/, line: /^if \(isTraced\(leaf\) \|\| isTraced\(was\[at\]\)/, mutant: /&&/, why: "Either both are traced or neither, as both ran under the same transformations." },
  { file: /transformations\/custom-rule/, line: /^const mixed = /, mutant: /^(true|dtype === own\[0\]\.dtype)$/, why: shortcut },
  { file: /transformations\/custom-rule/, line: /^const joined = /, was: /^"float64"$/, why: "Any word but \"float32\" is taken for it, and no leaf can bring another." },
  { file: /transformations\/jacobian/, line: /for \(let j = 0; j < n; j\+\+\)/, mutant: /<=/, why: extraTurn },

  // ---- src/ops: loops
  { file: /ops\/(cholesky|clip|cross-entropy|elementwise|gather|max|scatter-add|sign|smoothed-relu|triangular-solve|tril|where|concatenate|cumsum|project|norm)\.ts/, line: /^for \(/, was: /^\w+ < \w+(\.\w+)*$/, mutant: /<=/, why: extraTurn },
  { file: /ops\/(concatenate|cumsum|scatter-add)/, was: /^shape\.slice\(0, axis\)$/, mutant: /^shape$/, why: extraTurn },
  { file: /ops\/(matrix-batches|transpose)/, was: /^new Array<number>\(/, mutant: /^new Array\(\)$/, why: "A list without a length grows as it is filled; its holes read as undefined." },
  { file: /ops\/(concatenate|stack)/, line: /^if \(other >= 0\)/, mutant: />/, why: "Part 0 is compared with itself, so it is never the one that differs." },

  // ---- shortcuts
  { file: /ops\/(log-softmax|norm)/, line: /^(if \(own === shape\.length - 1\)|const moved = axis === last|const last = )/, why: shortcut },
  { file: /ops\/einsum/, line: /^if \(axes\.length === 0\)/, mutant: /^false$/, why: shortcut },
  { file: /ops\/sort-by/, line: /^if \(sizeOf\(shape\) === 0\) return;/, mutant: /^false$/, why: shortcut },
  { file: /ops\/smoothed-relu/, was: /^value !== 0$/, mutant: /^true$/, why: shortcut },
  { file: /ops\/matmul/, line: /^(const turned = |if \(turned\(b\)\)|else if \(turned\(a\)\))/, why: "Only speed: the three kernels add in one order, and differ in whether an operand is copied first." },
  { file: /ops\/mul/, line: /^(function scaled|const size = sizeOf|if \(size < 2\)|const \[x, factor\]|if \(factor === undefined)/, why: shortcut },
  { file: /ops\/astype/, line: /^if \(dtypeOf\(x\) === dtype\) return x;/, mutant: /^false$/, why: memory },
  { file: /ops\/prod/, line: /^const value = typeof x === "number"/, why: "reshape, which comes last, makes an array of a number too." },
  { file: /ops\/pow/, was: /^\[\.\.\.x\.shape\]$/, mutant: /^\[\]$/, why: "A single zero broadcasts against the cotangent or tangent it is multiplied by." },
  { file: /ops\/l2-norm/, was: /^false$/, mutant: /^true$/, why: "The lengths are brought to the result's shape afterwards." },
  { file: /ops\/reduce/, line: /^if \(count === 0 && sizeOf\(reducedShape/, mutant: /^true$/, why: "Kept axes have length 1, which leaves the size as it is." },
  { file: /ops\/reduce/, line: /^const runs: /, why: "A run of no axes in front: its kernel call copies the elements." },
  { file: /ops\/(normalize|project)/, line: /width === 0 \? 0/, mutant: /^false$/, why: "0/0 rows are none either." },

  // ---- where two pieces meet
  { file: /ops\/(clip|leaky-relu|maximum|minimum)/, line: /^(forward: |for \()/, was: /^(from\[i\]|\w) [<>] /, mutant: /[<>]=/, why: "Where the two are equal, either gives the same number, but for the sign of a zero, which nobody promises." },
  { file: /ops\/sort-by/, line: /^if \(a > b\) return 1;/, why: "The engine's sort asks only whether a comparison is below 0; the standard lets another one ask for more." },
  { file: /ops\/slice/, was: /^step > 0$/, mutant: />=/, why: "A step of 0 is refused either way." },

  // ---- words of errors, and checks, that others forestall
  { file: /ops\/(cumsum|max|norm|sum)\.ts/, was: /^"\w+"$/, line: /^(normalizeAxis\(|const kept = reducedShape|shape: \(\[x\])/, why: said },
  { file: /ops\/(einsum|outer|stack)\.ts/, was: /^"\w+"$/, line: /asArrays\("/, why: said },
  { file: /ops\/(axes-last|conv2d|elementwise|windows)\.ts/, was: /^"\w+"$/, line: /operandShape\("transpose"|windowCounts\(operandShape|broadcastShapes\("tieDistance"|^checkWindows\("windows", x, params\)/, why: said },
  { file: /ops\/arguments/, was: /^"a number\."$/, why: "Every caller says what it expects." },
  { file: /ops\/gather/, line: /^if \(!\(error instanceof LemmagradError\)\) throw error;/, mutant: /^false$/, why: "What makes an array of lists throws nothing else." },
  { file: /ops\/slice/, was: /^count < 0$/, mutant: /^false$/, why: impossible },
  { file: /ops\/windows/, was: /^(params\[name\]|padding)\.length !== 2$/, mutant: /^false$/, why: impossible },
  { file: /ops\/overlap-add/, was: /^own\.length !== 4$/, mutant: /^false$/, why: "A shorter list differs from the wanted one at its end; a longer one cannot be." },
  { file: /ops\/pow/, was: /^typeof exponent !== "number"$/, mutant: /^false$/, why: types },
  { file: /ops\/tril/, was: /^(typeof x === "number"|"number")$/, mutant: /^(false|"")$/, why: types },

  // ---- cases for the laws
  { file: /ops\/(cholesky|triangular-solve)/, line: /at % \(n \* n\) % \(n \+ 1\)/, why: drawing },
  { file: /ops\/pow/, line: /^const alternating = /, why: drawing },
  { file: /ops\/where/, line: /^const toMask = /, why: drawing },
];
