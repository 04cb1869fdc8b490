import Testing
import Vocabulary

@testable import Conversations
@testable import Streams

/// Lists and tables of facts: what finds no room is counted, and what is told keeps its order.
@Suite struct BoundedFactsTests {
    private static let bound = Bound(name: "things", most: 3, leftOut: "things beyond it")

    @Test func aListCountsWhatItHasNoRoomFor() {
        var list = BoundedList<Int>(Self.bound)
        for number in 0..<3 { list.append(number) }
        #expect(list.limitReached == nil)
        #expect(list.append(3) == false)
        list.append(4)
        #expect(Array(list) == [0, 1, 2])
        #expect(list.limitReached?.seen == 5)
        #expect(list.limitReached?.allowed == 3)
    }

    @Test func aTableTakesMoreOfAKnownKeyThoughItIsFull() {
        var table = BoundedTable<String, Int>(Self.bound)
        for key in ["d", "a", "c", "b"] { table.update(key, beginning: 0) { $0 += 1 } }
        table.update("a", beginning: 0) { $0 += 1 }
        #expect(table.keys == ["d", "a", "c"])
        #expect(table.values == [1, 2, 1])
        #expect(table["b"] == nil)
        #expect(table.limitReached?.seen == 4)
    }

    @Test func whatIsRemovedLeavesItsPlace() {
        var table = BoundedTable<Int, Int>(Self.bound)
        for key in 0..<3 { table.update(key, beginning: key) { _ in } }
        table.removeAll { key, _ in key == 1 }
        #expect(table.update(7, beginning: 7) { _ in })
        #expect(table.map(\.key) == [0, 2, 7])
        #expect(table[2] == 2 && table[7] == 7 && table[1] == nil)
    }

    /// What several lists leave out for one limit is one entry of the report.
    @Test func limitsOfOneNameAddUp() {
        var limits = Limits()
        limits.errorRows = 1
        let file = CaseFile(limits: limits)
        for number in 0..<3 {
            let time = CaptureTime(nanoseconds: Int64(number))
            file.groupEvents.append(
                GroupEvent(
                    api: 11, group: .none, client: Endpoint(IPAddress(v4: 1), 1), clientId: .none,
                    server: Endpoint(IPAddress(v4: 2), 2), sent: time, answered: time, frame: .none, answerFrame: .none,
                    failed: false))
            file.partitions.add(
                PartitionHealth(
                    topic: .none, partition: Int32(number), server: Endpoint(IPAddress(v4: 2), 2),
                    client: IPAddress(v4: 1), leaderless: true, replicas: [], inSync: [], first: time, last: time,
                    count: 1, frames: []))
        }
        #expect(file.limitsReached.map(\.name) == ["errorRows"])
        #expect(file.limitsReached.first?.seen == 5)
    }
}

/// Which connections are kept where there is no room for all.
@Suite struct KeptConnectionTests {
    private func file(room: Int) -> CaseFile {
        var limits = Limits()
        limits.endedConnections = room
        return CaseFile(limits: limits)
    }

    private func keep(_ number: Int, in file: CaseFile, port: UInt16, refused: Bool, client: UInt32 = 1) {
        var tcp = TCPFacts()
        tcp.initiator = Endpoint(IPAddress(v4: client), UInt16(truncatingIfNeeded: 1024 + number))
        tcp.responder = Endpoint(IPAddress(v4: 9), port)
        tcp.firstTime = CaptureTime(nanoseconds: Int64(number))
        tcp.lastTime = tcp.firstTime
        (tcp.end, tcp.established) = (refused ? .refused : .fin, !refused)
        let record = ConnectionRecord(tcp: tcp, clientSide: .initiator, roleBasis: .handshake)
        if !refused { record.kafka.errorResponses = 1 }
        file.keep(record, serial: UInt64(number))
    }

    private func kept(_ file: CaseFile, port: UInt16) -> Int {
        file.connections.records.count { $0.server.port == port }
    }

    /// A storm of attempts at one server leaves room for what comes behind it.
    @Test func whatComesBehindAStormIsSeen() {
        let file = file(room: 500)
        for number in 0..<2_000 { keep(number, in: file, port: 9092, refused: true) }
        for number in 0..<100 { keep(5_000 + number, in: file, port: 9093, refused: false) }
        #expect(file.connections.records.count == 500)
        #expect(kept(file, port: 9093) == 100)
        let folded = file.connections.folded.values.reduce(0) { $0 + $1.connections }
        #expect(folded + file.connections.records.count == 2_100)
    }

    /// So does a host that tries port after port.
    @Test func whatComesBehindAScanIsSeen() {
        let file = file(room: 5_000)
        for port in 0..<20_000 { keep(port, in: file, port: UInt16(10_000 + port), refused: true) }
        for number in 0..<100 { keep(number, in: file, port: 9092, refused: false, client: 2) }
        #expect(kept(file, port: 9092) == 100)
    }
}

/// RFC 5802, section 7: what a server says last.
@Suite struct ScramRefusalTests {
    @Test(arguments: [
        ("e=unknown-user", "unknown-user"), ("e=invalid-proof,x=y", "invalid-proof"),
        ("e=secret of somebody", "other-error"),
    ]) func reasons(said: String, reason: String) { #expect(ScramRefusal.reason(Array(said.utf8)) == reason) }

    @Test(arguments: ["v=c2lnbmF0dXJl", "r=nonce,s=salt,i=4096", "", "e"])
    func others(said: String) { #expect(ScramRefusal.reason(Array(said.utf8)) == nil) }
}
