import Conversations
import Streams
import Vocabulary

/// What the connections of one program, as far as its host and client id tell, say of it, summed once.
struct ProgramTraits {
    /// Places of its connections, in order of their first packets.
    private(set) var places: [Int] = []
    /// It has a connection that carried answers and that nobody closed.
    private(set) var isWorking = false
    /// When it last sent a request on a connection on which it produced.
    private(set) var lastProducing: CaptureTime?
    /// It says that it uses franz-go.
    private(set) var isFranz = false
    private(set) var carriedData = false
    /// Its first packet, and whether that may lie before the capture.
    private(set) var began = CaptureTime(nanoseconds: .max)
    private(set) var startsMidway = false
    /// The last packet on a connection whose answers were cut.
    private(set) var lastCut: CaptureTime?
    /// When packets of its connections were last found missing, in order of time.
    fileprivate(set) var holes: [CaptureTime] = []
    fileprivate(set) var ends = ProgramEnds()

    fileprivate mutating func add(_ record: ConnectionRecord, at place: Int, in view: CaseView) {
        isFranz = isFranz || view.file.text(record.kafka.softwareName) == "kgo"
        carriedData = carriedData || record.kafka.carriedData
        places.append(place)
        ends.add(record)
        isWorking = isWorking || record.isOpen && record.kafka.responses > 0
        if record.kafka.produced {
            lastProducing = max(lastProducing ?? record.kafka.lastRequestTime, record.kafka.lastRequestTime)
        }
        began = min(began, record.tcp.firstTime)
        startsMidway = startsMidway || record.startsMidway
        if record.fromServer.cutBytes > 0 { lastCut = max(lastCut ?? record.tcp.lastTime, record.tcp.lastTime) }
        if let hole = CaptureHoles.lastHole(record, view.captureEnd) { holes.append(hole) }
    }
}

extension CaseView {
    func findProgramTraits() -> [ProgramKey: ProgramTraits] {
        var found: [ProgramKey: ProgramTraits] = [:]
        for (place, record) in records.enumerated() {
            let key = ProgramKey(client: record.client.address, clientId: record.kafka.clientId)
            found[key, default: ProgramTraits()].add(record, at: place, in: self)
        }
        for key in found.keys {
            found[key]?.holes.sort()
            found[key]?.ends.sort()
        }
        return found
    }

    func program(_ client: IPAddress, _ clientId: StringID) -> ProgramTraits {
        programTraits[ProgramKey(client: client, clientId: clientId)] ?? ProgramTraits()
    }

    /// The connections of one program, in order of their first packets.
    func records(of client: IPAddress, _ clientId: StringID) -> RecordList {
        RecordList(records, program(client, clientId).places)
    }

    /// Connections from one host to one server, in order of their first packets.
    func connections(of client: IPAddress, to server: Endpoint) -> RecordList {
        RecordList(records, byPair[ClientAtServer(client: client, server: server)] ?? [])
    }
}

struct HostAndHost: Hashable {
    var client: IPAddress
    var server: IPAddress
}
