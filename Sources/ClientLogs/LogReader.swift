internal import ReportModel
public import Vocabulary

/// One log, read: its lines that say something, and what the others are.
public struct ReadLog: Sendable {
    struct Entry: Sendable {
        var line: Int
        var stamp: LogStamp
        var said: Said
    }

    var file = ClientLogFile()
    var entries: [Entry] = []
    /// Entries beyond `Limits.clientLogLines`.
    var leftOut = 0
}

/// Takes a log's bytes as they come, line by line.
public struct LogReader: Sendable {
    private let day: CaptureTime
    private let most: Int
    private var log = ReadLog()
    private var lines = LogLines()
    private var lastStamp: LogStamp?
    private static let shownUnknown = 20

    /// - Parameters:
    ///   - source: the file's base name.
    ///   - day: the capture's first moment, for lines that have no date.
    public init(source: String, day: CaptureTime, limits: Limits) {
        self.day = day
        most = limits.clientLogLines
        log.file.source = source
    }

    public mutating func take(_ bytes: ArraySlice<UInt8>) {
        var lines = LogLines()
        swap(&lines, &self.lines)
        lines.take(bytes) { read($0) }
        swap(&lines, &self.lines)
    }

    public mutating func finish() -> ReadLog {
        var lines = LogLines()
        swap(&lines, &self.lines)
        lines.finish { read($0) }
        return log
    }

    private mutating func read(_ line: ArraySlice<UInt8>) {
        log.file.lines += 1
        let text = line.last == 0x0D ? line.dropLast() : line
        if let structured = StructuredLine(text, day: day), let stamp = structured.stamp {
            return keep(stamp, structured.message[...], from: 0, level: structured.level)
        }
        if let (stamp, end) = LogStamp.find(in: text, day: day) {
            return keep(stamp, text, from: end, level: Self.level(text[end...].prefix(60)))
        }
        // Java's own logger writes the time on a line of its own, before the level and the message.
        if let lastStamp, let level = Self.leadingLevel(text) {
            return keep(lastStamp, text, from: text.startIndex, level: level)
        }
        if lastStamp != nil, Self.goesOn(text) {
            log.file.continued += 1
        } else {
            log.file.unknown += 1
            if log.file.unknownLines.count < Self.shownUnknown { log.file.unknownLines.append(log.file.lines) }
        }
    }

    private mutating func keep(_ stamp: LogStamp, _ text: ArraySlice<UInt8>, from start: Int, level: String?) {
        lastStamp = stamp
        guard var said = FormIndex.all.first(in: text, from: start) else { return log.file.ordinary += 1 }
        log.file.understood += 1
        LineContext.fill(&said, from: text)
        said.level = level.flatMap(Self.levelName)
        guard log.entries.count < most else { return log.leftOut += 1 }
        log.entries.append(ReadLog.Entry(line: log.file.lines, stamp: stamp, said: said))
    }

    /// Frames of an exception, settings one below the other, what is empty.
    private static func goesOn(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first else { return true }
        if first == 0x20 || first == 0x09 || "})]".utf8.contains(first) { return true }
        let opener = String(decoding: text.prefix(200), as: UTF8.self)
        if ["Caused by:", "at ", "Traceback", "..."].contains(where: opener.hasPrefix) { return true }
        let name = opener.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" || $0 == "$" }
        return name.hasSuffix("Exception") || name.hasSuffix("Error")
    }

    /// `WARNING: ` at the beginning of a line.
    private static func leadingLevel(_ text: ArraySlice<UInt8>) -> String? {
        let name = text.prefix(8).prefix(while: \.isUpper)
        let behind = text[name.endIndex...].prefix(2)
        guard behind.elementsEqual(": ".utf8) else { return nil }
        let word = String(decoding: name, as: UTF8.self)
        return levels.contains(word) ? word : nil
    }

    private static let levels = ["TRACE", "DEBUG", "INFO", "WARNING", "WARN", "ERROR", "FATAL", "CRITICAL"]

    private static func level(_ text: ArraySlice<UInt8>) -> String? {
        levels.first { text.firstRange(of: $0) != nil }
    }

    private static func levelName(_ text: String) -> String? {
        let name = text.uppercased()
        return name == "WARNING" ? "WARN" : levels.contains(name) ? name : nil
    }
}
