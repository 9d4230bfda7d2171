package oracle.dss;

import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.spi.x509.tsp.KeyEntityTSPSource;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A root, a signer and a time-stamping unit on P-256, made on the fly, and the root's CRL. */
final class Pki {
    private static final X500Name ROOT = new X500Name("C=DK,O=Bench,CN=Root");
    private static final String TIMESTAMP_POLICY = "1.3.6.1.4.1.0.1";

    private final Instant now = Instant.now();
    private final KeyPairGenerator generator;
    private final KeyPair rootKeys;
    private final CertificateToken root;
    private final KeyPair signerKeys;
    private final CertificateToken signer;
    private final KeyPair unitKeys;
    private final CertificateToken unit;
    private final byte[] crl;

    Pki() throws Exception {
        generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        rootKeys = generator.generateKeyPair();
        root = certificate(1, ROOT, rootKeys, KeyUsage.keyCertSign | KeyUsage.cRLSign, null);
        signerKeys = generator.generateKeyPair();
        X500Name name = new X500Name("C=DK,O=Bench,CN=Signer");
        signer = certificate(2, name, signerKeys, KeyUsage.nonRepudiation, null);
        unitKeys = generator.generateKeyPair();
        name = new X500Name("C=DK,O=Bench,CN=Time-stamping unit");
        unit = certificate(3, name, unitKeys, KeyUsage.digitalSignature, KeyPurposeId.id_kp_timeStamping);
        X509v2CRLBuilder list = new X509v2CRLBuilder(ROOT, at(Duration.ofMinutes(-1)));
        list.setNextUpdate(at(Duration.ofDays(1)));
        crl = list.build(rootSigner()).getEncoded();
    }

    CertificateToken signer() {
        return signer;
    }

    PrivateKey signerKey() {
        return signerKeys.getPrivate();
    }

    List<CertificateToken> chain() {
        return List.of(signer, root);
    }

    KeyEntityTSPSource timestampingUnit() {
        KeyEntityTSPSource source = new KeyEntityTSPSource(unitKeys.getPrivate(), unit, List.of(unit, root));
        source.setTsaPolicy(TIMESTAMP_POLICY);
        return source;
    }

    CommonCertificateVerifier verifier() {
        CommonTrustedCertificateSource trust = new CommonTrustedCertificateSource();
        trust.addCertificate(root);
        CommonCertificateVerifier verifier = new CommonCertificateVerifier(true);
        verifier.setTrustedCertSources(trust);
        verifier.setCrlSource(new ExternalResourcesCRLSource(new InMemoryDocument(crl, "root.crl")));
        return verifier;
    }

    private Date at(Duration fromNow) {
        return Date.from(now.plus(fromNow));
    }

    private ContentSigner rootSigner() throws Exception {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(rootKeys.getPrivate());
    }

    private CertificateToken certificate(
            int serial, X500Name subject, KeyPair keys, int usage, KeyPurposeId purpose) throws Exception {
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                ROOT, BigInteger.valueOf(serial), at(Duration.ofHours(-1)), at(Duration.ofDays(30)),
                subject, keys.getPublic());
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(subject.equals(ROOT)));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        builder.addExtension(Extension.subjectKeyIdentifier, false,
                extensions.createSubjectKeyIdentifier(keys.getPublic()));
        builder.addExtension(Extension.authorityKeyIdentifier, false,
                extensions.createAuthorityKeyIdentifier(rootKeys.getPublic()));
        if (purpose != null) {
            builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose));
        }
        X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(builder.build(rootSigner()));
        return new CertificateToken(certificate);
    }
}
