/** `bbb-tiers completion`: a script that lets bash, zsh or fish complete commands and options; made from the program itself. */
import { Argument, type Command } from 'commander';
import type { CliIo } from '../io';

interface Words {
  /** Down from the program: `tenants`, or `tenants apply`. */
  readonly path: readonly string[];
  readonly description: string;
  /** What may follow: commands below, or the values an argument may have. */
  readonly next: readonly string[];
  /** `--long`. */
  readonly options: readonly string[];
}

function wordsOf(command: Command, path: readonly string[] = []): readonly Words[] {
  const values = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const options = command.options.map((option) => option.long).filter((long) => long != null);
  const own: Words = {
    path,
    description: command.description(),
    next: [...command.commands.map((child) => child.name()), ...values],
    options: [...options, '--help'],
  };
  return [own, ...command.commands.flatMap((child) => wordsOf(child, [...path, child.name()]))];
}

/** The words before the cursor that are no options are looked up; what follows them is offered. */
function bash(words: readonly Words[]): string {
  const cases = words.map(
    ({ path, next, options }) =>
      `    '${path.join(' ')}') next='${next.join(' ')}' options='${options.join(' ')}' ;;`,
  );
  // After an argument of its own a command still has its options; the longest path first.
  const withArguments = words
    .filter(({ path }) => path.length > 0)
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ path, options }) => `    '${path.join(' ')} '*) options='${options.join(' ')}' ;;`);
  return `_bbb_tiers() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path='' next='' options='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    [[ "\${COMP_WORDS[index]}" == -* ]] && continue
    path="\${path:+$path }\${COMP_WORDS[index]}"
  done
  case "$path" in
${cases.join('\n')}
${withArguments.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$next" -- "$word")) ;;
  esac
}
complete -o default -F _bbb_tiers bbb-tiers
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function fishCondition(path: readonly string[]): string {
  if (path.length === 0) return '__fish_use_subcommand';
  return quoted(path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and '));
}

function fish(words: readonly Words[]): string {
  const describedBy = new Map(words.map(({ path, description }) => [path.join(' '), description]));
  const lines = words.flatMap(({ path, next, options }) => [
    ...next.map((word) => {
      const description = describedBy.get([...path, word].join(' '));
      const label = description === undefined ? '' : ` -d ${quoted(description)}`;
      return `complete -c bbb-tiers -n ${fishCondition(path)} -f -a ${word}${label}`;
    }),
    ...options.map(
      (option) => `complete -c bbb-tiers -n ${fishCondition(path)} -l ${option.replace(/^--/, '')}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}

const SCRIPTS = {
  bash,
  zsh: (words: readonly Words[]) =>
    `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(words)}`,
  fish,
} as const;

/** Adds `completion <shell>`; what it prints knows every command that the program has when it is asked. */
export function registerCompletion(program: Command, io: CliIo): void {
  program
    .command('completion')
    .description('a completion script: source <(bbb-tiers completion bash)')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .action((shell: keyof typeof SCRIPTS) => {
      io.stdout.write(SCRIPTS[shell](wordsOf(program)));
    });
}
