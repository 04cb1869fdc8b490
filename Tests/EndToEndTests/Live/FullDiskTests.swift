import Foundation
import Testing

/// Files of lines that find no room.
@Suite struct FullDiskTests {
    private func objects(_ path: String) throws -> [String] {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n"), "the last line of \(path) is cut")
        let lines = text.split(separator: "\n").map(String.init)
        for line in lines {
            #expect(
                (try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any],
                "no object: \(line.suffix(80))")
        }
        return lines
    }

    /// A limit on the size of files is a disk that is full at any byte: every line that is there is whole.
    @Test(arguments: [2, 3, 5, 8, 13, 21]) func everyLineIsWhole(blocks: Int) throws {
        let scratch = try Scratch()
        let path = scratch.path("lines.ndjson")
        let run = try Tool.shell(
            "trap '' XFSZ; ulimit -f \(blocks); \"$brokertap\" live - --plain --quiet --ndjson '\(path)' < captures/crash-kill9.pcap"
                + " >/dev/null")
        #expect(run.errors.contains("lines are left out"))
        #expect(!(try objects(path)).isEmpty)
    }

    /// What an earlier run left in the middle of a line stays alone on it.
    @Test func halfALineOfAnEarlierRunStaysAlone() throws {
        let scratch = try Scratch()
        let path = try scratch.write(Array(#"{"type":"finding","half":"#.utf8), as: "lines.ndjson")
        _ = try Tool.shell(
            "\"$brokertap\" live - --plain --quiet --ndjson '\(path)' < captures/healthy-java.pcap >/dev/null")
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count > 1 && lines[0] == #"{"type":"finding","half":"#)
        for line in lines.dropFirst() {
            #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any])
        }
    }
}
