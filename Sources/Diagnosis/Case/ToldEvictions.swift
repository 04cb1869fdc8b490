import Conversations
import ReportModel
import Vocabulary

/// A member is told that it is out of its group, joins again, and works: what threw it out is the story, where another finding tells
/// that. The code is how it learns of it.
enum ToldEvictions {
    private static let codes: Set<String> = ["UNKNOWN_MEMBER_ID", "FENCED_MEMBER_EPOCH"]
    /// A member learns of its end when it asks for something next.
    private static let learnsWithin = Span.seconds(120)
    private static let around = Span.seconds(1)

    static func excused(_ verdicts: [Verdict], in view: CaseView) -> [Verdict] {
        let told = verdicts.filter { $0.severity > .info && !$0.isSilent }
        let losses = told.filter { $0.kind == .rebalance && !$0.lostMembers.isEmpty }
        let late = told.filter { $0.kind == .slowResponse }
        return verdicts.map { verdict in
            guard verdict.kind == .errorResponse, verdict.severity == .warning,
                verdict.error.map(codes.contains) ?? false, hasRejoined(verdict, view),
                verdict.last.since(verdict.first) <= ErrorExcuses.healsWithin,
                losses.contains(where: { tells($0, verdict) }) || late.contains(where: { outlasted($0, verdict) })
            else { return verdict }
            var verdict = verdict
            (verdict.severity, verdict.nature, verdict.excuse) = (.info, .transient, .memberWasOut)
            return verdict
        }
    }

    /// It went well later, or each of its programs joined the group again (under another member id, where the group is a classic one).
    private static func hasRejoined(_ verdict: Verdict, _ view: CaseView) -> Bool {
        if verdict.facts.contains(where: { $0.key == .healed }) { return true }
        let joins = view.file.groupEvents.filter {
            $0.api == Api.joinGroup && !$0.failed && $0.answered > verdict.first
                && view.file.text($0.group) == verdict.text(.group) && "\($0.client.address)" == verdict.client
        }
        return !joins.isEmpty
            && verdict.clientIds.allSatisfy { id in joins.contains { view.file.text($0.clientId) == id } }
    }

    /// The rebalance that went on without it.
    private static func tells(_ loss: Verdict, _ verdict: Verdict) -> Bool {
        guard loss.text(.group) == verdict.text(.group), loss.first <= verdict.last.adding(nanoseconds: around),
            verdict.first.since(loss.last) <= learnsWithin
        else { return false }
        let names = verdict.clientIds.isEmpty ? [verdict.client].compactMap(\.self) : verdict.clientIds
        return names.allSatisfy { name in loss.lostMembers.contains { $0.hasPrefix(name + ": ") } }
    }

    /// That very answer came late: while its broker stood still, it took no sign of life from its members.
    private static func outlasted(_ late: Verdict, _ verdict: Verdict) -> Bool {
        late.client == verdict.client && late.server == verdict.server
            && late.first < verdict.first && late.last.adding(nanoseconds: around) >= verdict.last
    }
}

extension Verdict {
    /// Members that a rebalance left behind, and why.
    fileprivate var lostMembers: [String] {
        guard case .list(let members)? = facts.first(where: { $0.key == .leftMembers })?.value else { return [] }
        return members
    }

    fileprivate func text(_ key: FactKey) -> String? {
        guard case .text(let text)? = facts.first(where: { $0.key == key })?.value else { return nil }
        return text
    }
}
