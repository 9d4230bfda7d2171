package oracle.dss;

import com.fasterxml.jackson.databind.JsonNode;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.service.crl.OnlineCRLSource;
import eu.europa.esig.dss.service.ocsp.OnlineOCSPSource;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonCertificateSource;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.aia.DefaultAIASource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** One validation by DSS's default policy, trusting nothing but what the job says. */
final class Validation {
    /** In the place of anchors: the file's own topmost certificates. */
    private static final String OWN = "own";

    private final DSSDocument file;
    private final List<DSSDocument> content = new ArrayList<>();
    private final List<CertificateToken> anchors;
    private final CommonTrustedCertificateSource trust = new CommonTrustedCertificateSource();
    private final CommonCertificateSource certificates = new CommonCertificateSource();
    private final List<DSSDocument> crls = new ArrayList<>();
    private final boolean fetch;
    private final Date time;

    Validation(JsonNode job) throws IOException, CertificateException {
        file = new FileDocument(job.required("file").asText());
        if (job.hasNonNull("content")) {
            content.add(new FileDocument(job.get("content").asText()));
        }
        if (OWN.equals(job.required("trust").asText())) {
            anchors = Topmost.of(file);
        } else {
            anchors = new ArrayList<>();
            for (JsonNode path : job.required("trust")) {
                anchors.addAll(read(path));
            }
        }
        anchors.forEach(trust::addCertificate);
        for (JsonNode path : job.path("certificates")) {
            read(path).forEach(certificates::addCertificate);
        }
        for (JsonNode path : job.path("crls")) {
            crls.add(new FileDocument(path.asText()));
        }
        fetch = job.path("fetch").asBoolean(false);
        time = job.hasNonNull("time") ? Date.from(Instant.parse(job.get("time").asText())) : null;
    }

    /** Judges the file; every call starts anew, with no cache of what an earlier one fetched. */
    Reports run() {
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(file);
        validator.setCertificateVerifier(verifier());
        validator.setDetachedContents(content);
        validator.setValidationTime(time);
        validator.setEnableEtsiValidationReport(false);
        return validator.validateDocument();
    }

    /** The trust anchors. */
    List<CertificateToken> anchors() {
        return anchors;
    }

    private CommonCertificateVerifier verifier() {
        // "Simple" has no source at all: neither an AIA source nor revocation.
        CommonCertificateVerifier verifier = new CommonCertificateVerifier(true);
        verifier.setTrustedCertSources(trust);
        verifier.setAdjunctCertSources(certificates);
        if (fetch) {
            Loopback loopback = new Loopback();
            verifier.setAIASource(new DefaultAIASource(loopback));
            verifier.setOcspSource(new OnlineOCSPSource(loopback));
            verifier.setCrlSource(new OnlineCRLSource(loopback));
        }
        if (!crls.isEmpty()) {
            verifier.setCrlSource(new ExternalResourcesCRLSource(crls.toArray(DSSDocument[]::new)));
        }
        return verifier;
    }

    /** Every certificate of a PEM or DER file. */
    private static List<CertificateToken> read(JsonNode path) throws IOException, CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        try (InputStream stream = Files.newInputStream(Path.of(path.asText()))) {
            return factory.generateCertificates(stream).stream()
                    .map(certificate -> new CertificateToken((X509Certificate) certificate))
                    .toList();
        }
    }
}
