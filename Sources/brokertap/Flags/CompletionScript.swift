/// Completion scripts, from the flag table.
enum CompletionScript {
    static func text(shell: String) throws(UsageError) -> String {
        switch shell {
        case "bash": return bash
        case "zsh": return zsh
        case "fish": return fish
        default:
            throw UsageError(message: "no completions for '\(shell)': the shells are bash, zsh and fish")
        }
    }

    private static var commandNames: String { FlagTable.commands.map(\.name).joined(separator: " ") }

    // MARK: bash

    private static var bash: String {
        """
        # brokertap completion for bash
        _brokertap() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=analyze word
            for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                case $word in \(FlagTable.commands.map(\.name).joined(separator: "|"))) command=$word; break ;; esac
            done
            COMPREPLY=()
            case "$command:$previous" in
        \(FlagTable.commands.map(bashValues).joined())    esac
            case $command in
        \(FlagTable.commands.map(bashWords).joined())    esac
        }
        complete -o filenames -F _brokertap brokertap

        """
    }

    /// What follows a flag with a value.
    private static func bashValues(_ command: Command) -> String {
        command.flags.filter { !$0.isSwitch }.map { flag in
            let names = ["--\(flag.name)"] + (flag.letter.map { ["-\($0)"] } ?? [])
            let pattern = names.map { "\(command.name):\($0)" }.joined(separator: "|")
            return "        \(pattern)) \(bashReply(flag.completion)) return ;;\n"
        }.joined()
    }

    private static func bashWords(_ command: Command) -> String {
        let flags = command.flags.map { "--\($0.name)" }.joined(separator: " ")
        let operands =
            command.name == "analyze"
            ? "        [ \"$COMP_CWORD\" = 1 ] && COMPREPLY+=($(compgen -W \"\(commandNames)\" -- \"$current\"))\n" : ""
        return """
                    \(command.name))
                        if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "\(flags)" -- "$current")); return; fi
                        \(bashReply(command.completion))
            \(operands)            ;;

            """
    }

    private static func bashReply(_ completion: Completion) -> String {
        switch completion {
        case .none: ":;"
        case .files: "COMPREPLY=($(compgen -f -- \"$current\"));"
        case .words(let words): "COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$current\"));"
        }
    }

    // MARK: zsh

    private static var zsh: String {
        """
        #compdef brokertap
        _brokertap() {
            local command=analyze word
            for word in "${(@)words[2,CURRENT-1]}"; do
                case $word in \(FlagTable.commands.map(\.name).joined(separator: "|"))) command=$word; break ;; esac
            done
            if (( CURRENT == 2 )); then compadd -- \(commandNames); fi
            case $command in
        \(FlagTable.commands.map(zshCommand).joined())    esac
        }
        if [ "$funcstack[1]" = _brokertap ]; then _brokertap "$@"; else compdef _brokertap brokertap; fi

        """
    }

    private static func zshCommand(_ command: Command) -> String {
        let flags = command.flags.map { "'\(zshSpec($0))'" }.joined(separator: " ")
        return "        \(command.name)) _arguments -S \(flags) '*:operand:\(zshAction(command.completion))' ;;\n"
    }

    private static func zshSpec(_ flag: Flag) -> String {
        let help = flag.help.filter { !"'[]:\\".contains($0) }
        let value =
            flag.argument.map { "\(flag.optionalWords.isEmpty ? "" : ":"):\($0):\(zshAction(flag.completion))" } ?? ""
        return "\(flag.repeats ? "*" : "")--\(flag.name)[\(help)]\(value)"
    }

    private static func zshAction(_ completion: Completion) -> String {
        switch completion {
        case .none: " "
        case .files: "_files"
        case .words(let words): "(\(words.joined(separator: " ")))"
        }
    }

    // MARK: fish

    private static var fish: String {
        let commands = FlagTable.commands.map {
            "complete -c brokertap -n __fish_use_subcommand -a \($0.name) -d '\(quoted($0.summary))'\n"
        }
        return "# brokertap completion for fish\n" + commands.joined() + FlagTable.commands.map(fishCommand).joined()
    }

    private static func fishCommand(_ command: Command) -> String {
        let names =
            command.name == "analyze"
            ? "not __fish_seen_subcommand_from \(fishOthers)"
            : "__fish_seen_subcommand_from \(command.name)"
        let operands =
            if case .words(let words) = command.completion {
                "complete -c brokertap -n '\(names)' -f -a '\(words.joined(separator: " "))'\n"
            } else {
                ""
            }
        return operands + command.flags.map { "complete -c brokertap -n '\(names)' \(fishFlag($0))\n" }.joined()
    }

    private static var fishOthers: String {
        FlagTable.commands.map(\.name).filter { $0 != "analyze" }.joined(separator: " ")
    }

    private static func fishFlag(_ flag: Flag) -> String {
        let short = flag.letter.map { " -s \($0)" } ?? ""
        let value =
            switch flag.completion {
            case _ where flag.isSwitch: ""
            case .none: " -x"
            case .files: " -r -F"
            case .words(let words): " -x -a '\(words.joined(separator: " "))'"
            }
        return "-l \(flag.name)\(short)\(value) -d '\(quoted(flag.help))'"
    }

    private static func quoted(_ text: String) -> String {
        text.map { $0 == "'" ? "\\'" : $0 == "\\" ? "\\\\" : String($0) }.joined()
    }
}
