import Conversations
import Streams
import Vocabulary

/// Times in which nothing that one host sent to another was acknowledged, on any of their connections.
struct DeadTimes {
    /// Packets on their way, and answers to what had arrived before, come for so long into it.
    static let settling = Span.seconds(1)
    private static let shortest = Span.seconds(3)

    /// One such time.
    struct Run {
        var from: CaptureTime
        var to: CaptureTime
        /// The connections that were silent, and the attempts.
        var places: Set<Int>
        var frames: [FrameRef]
        /// When something was last sent of which is known that it was not heard.
        var vainTo: CaptureTime
        /// Something came through again afterwards.
        var isOver = false

        /// What the run says of others holds behind what was on its way, and before the first that came through again.
        var inside: ClosedRange<CaptureTime> {
            let first = from.adding(nanoseconds: settling)
            return first...max(first, min(vainTo, to.adding(nanoseconds: -settling / 2)))
        }

        var nanoseconds: Int64 { to.since(from) }

        func overlaps(_ other: Run) -> Bool { from <= other.to && other.from <= to }

        mutating func join(_ other: Run) {
            (from, to) = (min(from, other.from), max(to, other.to))
            places.formUnion(other.places)
            frames += other.frames
        }
    }

    let view: CaseView
    let sender: IPAddress
    let receiver: IPAddress
    /// Everything between the two.
    let places: [Int]

    func runs() -> [Run] {
        let silences = places.flatMap(silences)
        guard !silences.isEmpty else { return [] }
        let through = timesOfArrival()
        return merged(silences + places.flatMap(attempts)).compactMap { run in
            var run = run
            // TCP's waits double: a connection may try again long after the path is back, and others show when that was.
            if let back = through.first(where: { $0 >= run.from.adding(nanoseconds: Self.settling) }) {
                run.to = min(run.to, back)
                run.isOver = true
            }
            return run.nanoseconds >= Self.shortest && silences.contains { $0.overlaps(run) } ? run : nil
        }
    }

    private func merged(_ silences: [Run]) -> [Run] {
        var runs: [Run] = []
        for silence in silences.sorted(by: { $0.from < $1.from }) {
            if let last = runs.last, silence.from.since(last.to) <= Self.settling {
                runs[runs.count - 1].to = max(last.to, silence.to)
                runs[runs.count - 1].vainTo = max(last.vainTo, silence.vainTo)
                runs[runs.count - 1].isOver = last.isOver || silence.isOver
                runs[runs.count - 1].places.formUnion(silence.places)
                runs[runs.count - 1].frames += silence.frames
            } else {
                runs.append(silence)
            }
        }
        return runs
    }

    private func silences(_ place: Int) -> [Run] {
        // What is too large to pass says nothing of the rest.
        guard !view.blackHoled.contains(place) else { return [] }
        let side = view.records[place].sent(by: sender)
        return side.unacknowledged.map {
            Run(
                from: $0.from, to: $0.to, places: [place], frames: [$0.frame], vainTo: $0.unheardTo,
                isOver: $0.recovered || $0.to < side.lastTime)
        }
    }

    /// SYNs that had to be sent again belong to a dead time, and make none.
    private func attempts(_ place: Int) -> [Run] {
        let tcp = view.records[place].tcp
        guard tcp.initiator.address == sender, tcp.synCount > 1, !tcp.synFrame.isNone else { return [] }
        return [
            Run(
                from: tcp.firstTime, to: max(tcp.firstTime, tcp.lastSynTime), places: [place], frames: [tcp.synFrame],
                vainTo: tcp.firstTime)
        ]
    }

    /// When something had got through, in order: a handshake was completed, or an answer came.
    private func timesOfArrival() -> [CaptureTime] {
        let opened = places.map { view.records[$0].tcp }.filter { !$0.synAckFrame.isNone && $0.established }
            .map(\.synAckTime)
        let path = HostPath(sender, receiver)
        let answered = view.file.times.answeringClients.filter {
            HostPath($0.key.client, $0.key.server.address) == path
        }
        return (opened + answered.flatMap(\.value.times)).sorted()
    }
}
