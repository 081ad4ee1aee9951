package dev.metronome.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of the agents of one cluster. */
record ConsulCommands(Path binary, Path folder, int servers) {
  /**
   * Coordinates are Raft writes of Consul's own, which would hide how few are ours. All clients
   * come from one address here, of which a server takes 100 connections unless told otherwise.
   */
  private static final String SETTINGS =
      """
      performance { raft_multiplier = 1 }
      connect { enabled = false }
      ports { grpc = -1 https = -1 }
      disable_update_check = true
      disable_coordinates = true
      limits { rpc_max_conns_per_client = 1000 }
      """;

  List<String> server(String node, Ports ports, List<Integer> others) {
    List<String> command = agent(node, ports, others);
    command.add("-server");
    command.add("-bootstrap-expect=" + servers);
    return command;
  }

  List<String> client(String node, Ports ports, List<Integer> others) {
    return agent(node, ports, others);
  }

  private List<String> agent(String node, Ports ports, List<Integer> others) {
    List<String> command =
        new ArrayList<>(
            List.of(
                binary.toString(),
                "agent",
                "-node=" + node,
                "-bind=127.0.0.1",
                "-client=127.0.0.1",
                "-data-dir=" + folder.resolve(node),
                "-log-level=info",
                "-disable-host-node-id",
                "-dns-port=-1",
                "-http-port=" + ports.http(),
                "-server-port=" + ports.server(),
                "-serf-lan-port=" + ports.serfLan(),
                "-serf-wan-port=" + ports.serfWan(),
                "-retry-interval=1s",
                "-hcl=" + SETTINGS));
    if (RealConsul.isSince("1.14")) { // before, it is no setting
      command.add("-hcl=ports { grpc_tls = -1 }");
    }
    others.forEach(port -> command.add("-retry-join=127.0.0.1:" + port));
    return command;
  }
}
