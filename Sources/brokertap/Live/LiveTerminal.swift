internal import Reports
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// The terminal while a full-screen view is on it: alternate screen, keys one by one. Restored on every way out, signals
/// and crashes included.
///
/// It is opened anew, so that not waiting for it concerns nobody else, and so that keys come from it where standard input
/// is a pipe.
final class LiveTerminal {
    let descriptor: Int32
    private let before: termios
    private var shown: [ScreenRow] = []
    private var held: [UInt8] = []
    /// What is on the screen is not what was drawn.
    private var isStale = true
    private var size = (width: 80, height: 24)
    private let colors: Bool
    private var resized = Signals.resized
    private var continued = Signals.continued

    enum Key: Equatable { case up, down, pageUp, pageDown, first, last, enter, back, erase, letter(Character) }

    /// Nil where there is no terminal, or the program is in its background.
    init?(colors: Bool) {
        let terminal = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        var modes = termios()
        guard terminal >= 0, ScreenGuard.isForeground(terminal), tcgetattr(terminal, &modes) == 0 else {
            if terminal >= 0 { close(terminal) }
            return nil
        }
        descriptor = terminal
        before = modes
        self.colors = colors
        ScreenGuard.arm(terminal, modes)
        enter()
    }

    /// Whether the view is on the screen; not while the program works in the background of its terminal, where reading
    /// keys or setting modes would stop it.
    var isShown: Bool { ScreenGuard.isTaken }

    /// Takes the screen where it may, and lets go of it where it no longer may: the program was stopped, and goes on in the
    /// foreground or in the background.
    func followForeground() {
        let wasStopped = continued != Signals.continued
        continued = Signals.continued
        guard ScreenGuard.isForeground(descriptor) else { return ScreenGuard.restore() }
        // Whoever stopped it with a signal that cannot be caught may have changed the modes since.
        if wasStopped || !ScreenGuard.isTaken { enter() }
    }

    /// Takes the screen, also when the program goes on after having been stopped.
    private func enter() {
        var modes = before
        modes.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(descriptor, TCSANOW, &modes)
        isStale = true
        put("\u{1B}[?1049h\u{1B}[?25l")
        ScreenGuard.isTaken = true
    }

    /// Gives the screen back as it was.
    func leave() {
        var turns = 50
        while !held.isEmpty, turns > 0 {
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&request, 1, 20)
            flush()
            turns -= 1
        }
        ScreenGuard.restore()
        close(descriptor)
    }

    // MARK: Drawing

    /// Columns and rows now.
    func measure() -> (width: Int, height: Int) {
        if Signals.resized != resized {
            resized = Signals.resized
            isStale = true
        }
        var window = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 {
            size = (Int(window.ws_col), Int(window.ws_row))
        }
        return size
    }

    /// Shows rows: only those that changed, in one write. A terminal that takes nothing gets no new picture until it has
    /// taken the last.
    func show(_ rows: [ScreenRow]) {
        guard flush() else { return }
        // Cleared and drawn in one write, so that nobody sees an empty screen.
        var text = isStale ? "\u{1B}[2J" : ""
        if isStale { shown = [] }
        isStale = false
        for (i, row) in rows.enumerated() where i >= shown.count || shown[i] != row {
            text += "\u{1B}[\(i + 1);1H\(paint(row.paint))\(row.text)\u{1B}[0m\u{1B}[K"
        }
        if shown.count > rows.count { text += "\u{1B}[\(rows.count + 1);1H\u{1B}[J" }
        shown = rows
        put(text)
    }

    private func paint(_ paint: ScreenRow.Paint) -> String {
        switch paint {
        case .plain: ""
        case .bar, .chosen: "\u{1B}[7m"
        case .bad: colors ? "\u{1B}[31;1m" : "\u{1B}[1m"
        case .warn: colors ? "\u{1B}[33m" : ""
        case .good: colors ? "\u{1B}[32m" : ""
        case .dim: colors ? "\u{1B}[2m" : ""
        }
    }

    private func put(_ text: String) {
        held += text.utf8
        flush()
    }

    /// - Returns: whether all is out.
    @discardableResult
    private func flush() -> Bool {
        while !held.isEmpty {
            let written = held.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { return false }
            held.removeFirst(written)
        }
        return true
    }

    // MARK: Keys

    /// Keys that were pressed since the last call.
    func keys() -> [Key] {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? Self.keys(bytes[..<count]) : []
    }

    static func keys(_ bytes: ArraySlice<UInt8>) -> [Key] {
        var keys: [Key] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case 0x1B: keys.append(sequence(&rest))
            case 0x0D, 0x0A: keys.append(.enter)
            case 0x7F, 0x08: keys.append(.erase)
            case 0x20...0x7E: keys.append(.letter(Character(Unicode.Scalar(byte))))
            default: break
            }
        }
        return keys
    }

    /// What follows an escape; alone it goes back.
    private static func sequence(_ rest: inout ArraySlice<UInt8>) -> Key {
        guard let kind = rest.first, kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return .back }
        rest.removeFirst()
        var number = ""
        while let byte = rest.popFirst() {
            switch byte {
            case 0x30...0x3B: number.append(Character(Unicode.Scalar(byte)))
            case UInt8(ascii: "A"): return .up
            case UInt8(ascii: "B"): return .down
            case UInt8(ascii: "H"): return .first
            case UInt8(ascii: "F"): return .last
            case UInt8(ascii: "P"): return .letter("?")
            case UInt8(ascii: "~") where number == "5": return .pageUp
            case UInt8(ascii: "~") where number == "6": return .pageDown
            default: return .letter("\u{0}")
            }
        }
        return .back
    }
}

/// Restores the terminal from anywhere, a signal's handler included: touches only what was prepared.
enum ScreenGuard {
    private static let taken = Atomic<Bool>(false)
    private static let terminal = Atomic<Int32>(-1)
    nonisolated(unsafe) private static var modes = termios()

    static var isTaken: Bool {
        get { taken.load(ordering: .relaxed) }
        set { taken.store(newValue, ordering: .relaxed) }
    }

    static func arm(_ descriptor: Int32, _ before: termios) {
        modes = before
        terminal.store(descriptor, ordering: .relaxed)
    }

    /// Leaves the alternate screen, shows the cursor, sets the modes that were. In the background the modes are those of
    /// whoever has the terminal now, and stay.
    static func restore() {
        let descriptor = terminal.load(ordering: .relaxed)
        guard descriptor >= 0, taken.exchange(false, ordering: .relaxed) else { return }
        let text: StaticString = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"
        _ = write(descriptor, text.utf8Start, text.utf8CodeUnitCount)
        if isForeground(descriptor) { tcsetattr(descriptor, TCSANOW, &modes) }
    }

    static func isForeground(_ descriptor: Int32) -> Bool { tcgetpgrp(descriptor) == getpgrp() }
}
