import Foundation
import Testing
import Vocabulary

@testable import brokertap

/// Files of lines, and the user's command: neither ever stops a run, or keeps it waiting.
@Suite struct LiveTellingTests {
    private func folder() throws -> String {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("brokertap-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        return place.path
    }

    private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test func linesAreAppendedAndTurnedOver() throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let path = "\(place)/lines"
        try "earlier\n".write(toFile: path, atomically: true, encoding: .utf8)
        let file = try LineFile(path: path, most: 16, keep: 2)
        for number in 1...4 {
            file.write("line \(number)\n")
            file.flush()
        }
        #expect(text(path) == "line 4\n")
        #expect(text("\(path).1") == "line 2\nline 3\n")
        #expect(text("\(path).2") == "earlier\nline 1\n")
        #expect(file.takeComplaints().isEmpty)
    }

    @Test func aFullDiskIsToldOnce() throws {
        let file = try LineFile(path: "/dev/full", most: nil, keep: 0)
        for _ in 0..<3 {
            file.write("a\nb\n")
            file.flush()
        }
        let complaints = file.takeComplaints()
        #expect(complaints.count == 1 && complaints[0].contains("lines are left out"))
        #expect(file.takeComplaints().isEmpty)
    }

    init() { Signals.install() }

    private func waits(_ seconds: Double = 10, until holds: () -> Bool) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while !holds() {
            if Date() > end { return false }
            usleep(10_000)
        }
        return true
    }

    /// More than a pipe holds, and a command that reads none of it: nothing waits.
    @Test func theCommandGetsTheFinding() throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let command = FindingCommand("cat > \(place)/got.part; mv \(place)/got.part \(place)/got")
        let json = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000) + [UInt8(ascii: "\n")]
        command.tell(json)
        #expect(
            waits {
                _ = command.turn(at: MonotonicClock.now); return text("\(place)/got")?.utf8.count == json.count
            })
        let deaf = FindingCommand("exec sleep 1")
        deaf.tell(json)
        let began = MonotonicClock.now
        _ = deaf.turn(at: began)
        #expect(MonotonicClock.now - began < Span.seconds(1))
    }

    @Test func aFloodOfFindingsIsCut() throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let command = FindingCommand("echo >> \(place)/runs")
        for _ in 0..<100 { command.tell([UInt8(ascii: "\n")]) }
        #expect(command.leftOut == 50)
        let began: Int64 = 1_000_000_000
        var told: [String] = []
        // The clock stands: no more than the first few begin.
        for _ in 0..<50 {
            told += command.turn(at: began)
            usleep(10_000)
        }
        #expect((text("\(place)/runs") ?? "").count == 5)
        #expect(told.count == 1)
    }

    @Test func aChangedHostsFileIsReadAgain() throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let path = "\(place)/hosts"
        try "10.0.0.1 one\n".write(toFile: path, atomically: true, encoding: .utf8)
        var watch = HostsWatch(path)
        #expect(watch.changed() == nil)
        try "10.0.0.1 other\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(watch.changed()?.values.sorted() == ["other"])
        #expect(watch.changed() == nil)
        try FileManager.default.removeItem(atPath: path)
        #expect(watch.changed() == nil)
    }

    /// A report takes its place when it is whole, and what cannot be replaced is written to.
    @Test func outputsTakeTheirPlaceWhole() throws {
        let place = try folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let path = "\(place)/report"
        try "old".write(toFile: path, atomically: true, encoding: .utf8)
        let fine = Output.write(to: path) { sink in
            sink.write("new")
            sink.flush()
            #expect(text(path) == "old")
        }
        #expect(fine && text(path) == "new")
        #expect(Output.write(to: "/dev/null") { $0.write("gone") })
        try FileManager.default.createSymbolicLink(atPath: "\(place)/link", withDestinationPath: path)
        #expect(Output.write(to: "\(place)/link") { $0.write("through") } && text(path) == "through")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place).sorted() == ["link", "report"])
    }
}
