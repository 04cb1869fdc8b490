import Foundation
import ReportModel
import Reports
import Testing
import Vocabulary

/// From a broker or a client of the live view to all that there is of it, and back.
@Suite struct DrillDownTests {
    private static let broker = LiveSubject.broker("10.10.0.12:9092")

    private func status(_ name: String = "crash-kill9.pcap") throws -> LiveStatus {
        let live = try LiveRun.of([Repository.capture(name)])
        return try #require(live.statuses.max { $0.waitingCount < $1.waitingCount })
    }

    private func text(_ status: LiveStatus, _ choice: LiveChoice, _ height: Int = 400) -> [String] {
        LiveScreen(status, choice, width: 100, height: height, style: TextStyle(width: 100)).rows().map(\.text)
    }

    @Test func theCursorGoesThroughAllRowsAndStaysInView() throws {
        let status = try status()
        var choice = LiveChoice()
        let places = LiveScreen.places(status, choice, TextStyle())
        #expect(places.count == status.report.findings.count + status.brokers.count + status.clients.count)
        #expect(!status.brokers.isEmpty && !status.clients.isEmpty)
        for place in places {
            choice.move(1, among: places)
            let row = LiveScreen(status, choice, width: 100, height: 24, style: TextStyle(width: 100)).rows().first {
                $0.paint == .chosen
            }
            if case .subject = place { #expect(row?.text.hasPrefix("> ") == true, "\(place)") }
        }
        #expect(
            choice.subject
                == status.clients.last.map {
                    LiveSubject.client(id: $0.clientId, address: $0.clientId == nil ? $0.address : "")
                })
        choice.jump(to: "b", among: places)
        #expect(choice.subject == status.brokers.first.map { .broker($0.server) })
        choice.jump(to: "f", among: places)
        #expect(choice.subject == nil && choice.finding == status.report.findings.first?.id)
    }

    @Test func aBrokerShowsWhatWaitsItsApisAndItsFindings() throws {
        let status = try status()
        var choice = LiveChoice()
        choice.subject = Self.broker
        choice.open(among: LiveScreen.places(status, choice, TextStyle()))
        #expect(choice.detail == 0)
        let rows = text(status, choice)
        let waits = status.waiting.filter { $0.server == "10.10.0.12:9092" }
        #expect(rows.contains { $0.contains("waiting now (\(status.waitingAt["10.10.0.12:9092"]?.count ?? 0))") })
        #expect(rows.count { $0.contains("10.10.0.12") || $0.contains("roker 2") } > waits.prefix(20).count)
        let apis = try #require(status.brokers.first { $0.server == "10.10.0.12:9092" }).apis
        for api in apis.prefix(12) { #expect(rows.contains { $0.hasPrefix("  \(api.name) ") }, "\(api.name)") }
        let own = status.report.findings.filter { $0.server == "10.10.0.12:9092" }
        #expect(rows.contains { $0.contains("findings (\(own.count))") })
        #expect(!rows.contains { $0.contains("clients") && $0.contains("\u{2500}\u{2500} clients") })
    }

    @Test func aClientShowsItsOwn() throws {
        let status = try status()
        let client = try #require(status.clients.first { $0.findings > 0 && $0.clientId != nil })
        var choice = LiveChoice()
        choice.subject = .client(id: client.clientId, address: "")
        choice.detail = 0
        let rows = text(status, choice)
        #expect(
            rows.contains { $0.contains(client.clientId ?? "-") && $0.contains("\(client.connections) connections") })
        #expect(rows.contains { $0.contains("waiting now (\(client.waiting))") })
        #expect(rows.contains { $0.contains("slowest APIs of its brokers") })
        let own = status.report.findings.filter {
            $0.clientId == client.clientId || $0.clientIds.contains(client.clientId ?? "")
        }
        #expect(rows.contains { $0.contains("findings (\(own.count))") })
    }

    /// However small the screen is, nothing is wider or longer than it.
    @Test(arguments: [(40, 8), (60, 16), (80, 24), (200, 50)]) func itFits(_ width: Int, _ height: Int) throws {
        let status = try status()
        for place in LiveScreen.places(status, LiveChoice(), TextStyle()) {
            var choice = LiveChoice()
            if case .subject(let subject) = place { choice.subject = subject } else { continue }
            choice.detail = 0
            for glyphs in TextStyle.Glyphs.allCases {
                let screen = LiveScreen(
                    status, choice, width: width, height: height, style: TextStyle(width: width, glyphs: glyphs))
                choice.detail = screen.lastDetailRow
                let rows = screen.rows()
                #expect(rows.count <= height && rows.allSatisfy { $0.text.count <= width })
                if glyphs == .ascii { #expect(rows.allSatisfy { $0.text.utf8.allSatisfy { $0 < 0x7F } }) }
            }
        }
    }
}
