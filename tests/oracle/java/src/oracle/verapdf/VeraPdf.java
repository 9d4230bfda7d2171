package oracle.verapdf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.LogManager;
import oracle.Jobs;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.VeraPDFFoundry;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * veraPDF as an oracle. A job: {@code {"file": PATH, "flavour": "2b"?}}; without a flavour the file's
 * own claim is judged. The answer lists every failed check, each rule once per place.
 */
public final class VeraPdf {
    /** Failed checks that are told of one rule. */
    private static final int FAILURES_PER_RULE = 10;

    private VeraPdf() {
    }

    /** Answers jobs until the input ends. */
    public static void main(String[] arguments) throws IOException {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        Jobs.answer(VeraPdf::validate);
    }

    private static ObjectNode validate(JsonNode job) throws Exception {
        VeraPDFFoundry foundry = Foundries.defaultInstance();
        PDFAFlavour flavour = flavour(job.path("flavour").asText());
        Path file = Path.of(job.required("file").asText());
        try (PDFAParser parser = foundry.createParser(file.toFile(), flavour)) {
            if (parser.getFlavours().isEmpty()) {
                throw new IllegalArgumentException("the file does not claim to be PDF/A");
            }
            PDFAFlavour judged = parser.getFlavour();
            try (PDFAValidator validator =
                    foundry.createValidator(judged, FAILURES_PER_RULE, false, true, false)) {
                return report(validator.validate(parser));
            }
        }
    }

    private static PDFAFlavour flavour(String id) {
        if (id.isEmpty()) {
            return PDFAFlavour.NO_FLAVOUR;
        }
        PDFAFlavour flavour = PDFAFlavour.byFlavourId(id);
        if (flavour == PDFAFlavour.NO_FLAVOUR) {
            throw new IllegalArgumentException("unknown flavour: " + id);
        }
        return flavour;
    }

    private static ObjectNode report(ValidationResult result) {
        ObjectNode answer = Jobs.JSON.createObjectNode();
        answer.put("flavour", result.getPDFAFlavour().getId());
        answer.put("compliant", result.isCompliant());
        answer.put("checks", result.getTotalAssertions());
        ArrayNode failures = answer.putArray("failures");
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                ObjectNode failure = failures.addObject();
                failure.put("clause", assertion.getRuleId().getClause());
                failure.put("test", assertion.getRuleId().getTestNumber());
                failure.put("message", assertion.getMessage());
                failure.put("place", assertion.getLocation().getContext());
            }
        }
        return answer;
    }
}
