package oracle.dss;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.validation.reports.Reports;
import java.util.Date;
import java.util.List;
import oracle.Jobs;

/** DSS's simple report as JSON: what it concluded, and every message that it gave on the way. */
final class Report {
    private Report() {
    }

    static ObjectNode of(Reports reports) {
        ObjectNode answer = Jobs.JSON.createObjectNode();
        SimpleReport report = reports.getSimpleReport();
        DiagnosticData data = reports.getDiagnosticData();
        ArrayNode signatures = answer.putArray("signatures");
        for (String id : report.getSignatureIdList()) {
            ObjectNode signature = verdict(report, id, signatures.addObject());
            signature.put("field", field(data.getSignatureById(id).getPDFRevision()));
            signature.put("level", report.getSignatureFormat(id).toString());
            signature.put("qualification", String.valueOf(report.getSignatureQualification(id)));
            signature.put("best_signature_time", instant(report.getBestSignatureTime(id)));
            signature.put("signing_time", instant(report.getSigningTime(id)));
        }
        ArrayNode timestamps = answer.putArray("timestamps");
        for (TimestampWrapper token : data.getTimestampList()) {
            ObjectNode timestamp = verdict(report, token.getId(), timestamps.addObject());
            timestamp.put("field", field(token.getPDFRevision()));
            timestamp.put("type", token.getType().name());
            timestamp.put("production_time", instant(token.getProductionTime()));
        }
        return answer;
    }

    private static ObjectNode verdict(SimpleReport report, String id, ObjectNode verdict) {
        verdict.put("id", id);
        verdict.put("indication", name(report.getIndication(id)));
        verdict.put("sub_indication", name(report.getSubIndication(id)));
        messages(report.getAdESValidationErrors(id), verdict.putArray("errors"));
        messages(report.getAdESValidationWarnings(id), verdict.putArray("warnings"));
        messages(report.getAdESValidationInfo(id), verdict.putArray("notes"));
        return verdict;
    }

    private static String field(PDFRevisionWrapper revision) {
        return revision == null ? null : revision.getFirstFieldName();
    }

    private static void messages(List<Message> messages, ArrayNode texts) {
        messages.forEach(message -> texts.add(message.getKey() + ": " + message.getValue()));
    }

    private static String name(Enum<?> value) {
        return value == null ? null : value.name();
    }

    private static String instant(Date date) {
        return date == null ? null : date.toInstant().toString();
    }
}
