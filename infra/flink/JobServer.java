/** Beam's job server, told of no jars: those of the local cluster are on its class path already. */
public class JobServer {
    public static void main(String[] arguments) throws Exception {
        // Beam would have Flink take every jar of this path along with each job, 157 MB and ten seconds.
        System.setProperty("java.class.path", "");
        org.apache.beam.runners.flink.FlinkJobServerDriver.main(arguments);
    }
}
