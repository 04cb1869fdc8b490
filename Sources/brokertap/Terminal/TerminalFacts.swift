#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// What can be known of standard output and the environment.
enum TerminalFacts {
    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    static var outputIsTerminal: Bool { isatty(1) == 1 }

    /// COLUMNS, else the terminal's, else 80.
    static var width: Int {
        if let columns = environment("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// For pages of help: nil where they go to no terminal and stay unbroken, for programs that read them.
    static var helpColumns: Int? { outputIsTerminal ? width : nil }

    /// By the locale's variables, in the order in which the C library reads them.
    static var showsUTF8: Bool {
        let locale = environment("LC_ALL") ?? environment("LC_CTYPE") ?? environment("LANG") ?? ""
        let folded = locale.lowercased()
        return folded.contains("utf-8") || folded.contains("utf8")
    }

    /// Whether to colour, by flag, then NO_COLOR and TERM, then by what standard output is.
    static func colors(flag: String?) -> Bool {
        switch flag {
        case "always": true
        case "never": false
        default: outputIsTerminal && environment("NO_COLOR") == nil && environment("TERM") != "dumb"
        }
    }
}
