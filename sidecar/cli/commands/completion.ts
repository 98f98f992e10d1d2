/** `bbb-tiers completion`: a script that lets bash, zsh or fish complete commands and options; made from the program itself. */
import { Argument, type Command } from 'commander';
import type { CliIo } from '../io';

interface Words {
  readonly command: string;
  readonly description: string;
  readonly options: readonly string[];
}

function wordsOf(program: Command): readonly Words[] {
  return program.commands.map((command) => ({
    command: command.name(),
    description: command.description(),
    options: [...command.options.map((option) => option.long ?? option.short ?? ''), '--help'].filter(
      (word) => word !== '',
    ),
  }));
}

function bash(words: readonly Words[]): string {
  const cases = words.map(
    ({ command, options }) =>
      `    ${command}) COMPREPLY=($(compgen -W "${options.join(' ')}" -- "$word")) ;;`,
  );
  return `_bbb_tiers() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${words.map(({ command }) => command).join(' ')}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
}
complete -o default -F _bbb_tiers bbb-tiers
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fish(words: readonly Words[]): string {
  const lines = words.flatMap(({ command, description, options }) => [
    `complete -c bbb-tiers -n __fish_use_subcommand -a ${command} -d ${quoted(description)}`,
    ...options.map(
      (option) =>
        `complete -c bbb-tiers -n '__fish_seen_subcommand_from ${command}' -l ${option.replace(/^--/, '')}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}

const SCRIPTS = {
  bash,
  zsh: (words: readonly Words[]) => `autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`,
  fish,
} as const;

/** Adds `completion <shell>`; to be called after every other command was added. */
export function registerCompletion(program: Command, io: CliIo): void {
  program
    .command('completion')
    .description('a completion script: source <(bbb-tiers completion bash)')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .action((shell: keyof typeof SCRIPTS) => {
      io.stdout.write(SCRIPTS[shell](wordsOf(program)));
    });
}
