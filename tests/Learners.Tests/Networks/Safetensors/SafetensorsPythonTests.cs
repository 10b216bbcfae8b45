using System.Diagnostics;
using System.Text.Json;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks.Safetensors;

/// <summary>That others read what we write and write what we read: Python, with nothing but its standard library.</summary>
public sealed class SafetensorsPythonTests
{
    /// <summary>Reads a file and gives it as JSON, with y = W x + b as PyTorch has it, in the place of a network's answer.</summary>
    private const string Reader =
        """
        import json, math, struct, sys

        file = sys.stdin.buffer.read()
        (length,) = struct.unpack_from("<Q", file)
        header = json.loads(file[8:8 + length].decode("utf-8"))
        buffer = file[8 + length:]
        metadata = header.pop("__metadata__")
        tensors = {}
        for name, entry in header.items():
            assert entry["dtype"] == "F32", entry
            begin, end = entry["data_offsets"]
            assert end - begin == 4 * math.prod(entry["shape"]), entry
            tensors[name] = struct.unpack("<%df" % ((end - begin) // 4), buffer[begin:end])
        outputs, inputs = header["layers.0.weight"]["shape"]
        weight, bias = tensors["layers.0.weight"], tensors["layers.0.bias"]
        x = [1.0, -2.0, 0.5]
        y = [sum(weight[o * inputs + i] * x[i] for i in range(inputs)) + bias[o] for o in range(outputs)]
        json.dump({"metadata": metadata, "names": list(header), "start": (8 + length) % 8, "y": y, "tensors": tensors}, sys.stdout)
        """;

    private const string Writer =
        """
        import json, struct, sys

        weight = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
        bias = [0.1, -0.2]
        weights = b"".join(struct.pack("<3e", *row) for row in weight)
        biases = struct.pack("<2d", *bias)
        header = json.dumps({
            "layers.0.bias": {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]},
            "layers.0.weight": {"dtype": "F16", "shape": [2, 3], "data_offsets": [16, 28]},
            "__metadata__": {"format": "pt", "by": "caf\u00e9"},
        }, indent=1).encode("utf-8")
        sys.stdout.buffer.write(struct.pack("<Q", len(header)) + header + biases + weights)
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [PythonFact]
    public async Task Given_a_file_that_we_wrote_When_python_reads_it_Then_numbers_and_the_layers_answer_are_ours()
    {
        var layout = new ParameterLayout(("layers.0.weight", [3, 4]), ("layers.0.bias", [4]), ("caf\u00e9 \"1\"", [5]));
        var random = new Xoshiro256(5);
        float[] parameters = [.. Enumerable.Range(0, layout.Count).Select(_ => (float)Math.Round(64 * random.NextGaussian()) / 64)];
        using var file = new MemoryStream();
        SafetensorsFile.Write(file, layout, parameters, new Dictionary<string, string> { ["learner"] = "caf\u00e9" });

        using var seen = JsonDocument.Parse(await Python(Reader, file.ToArray()));

        var root = seen.RootElement;
        Assert.Equal("pt", root.GetProperty("metadata").GetProperty("format").GetString());
        Assert.Equal("caf\u00e9", root.GetProperty("metadata").GetProperty("learner").GetString());
        Assert.Equal(
            layout.Blocks.Select(block => block.Name), root.GetProperty("names").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(0, root.GetProperty("start").GetInt32());
        var weight = layout["layers.0.weight"].In(parameters).ToArray();
        var bias = layout["layers.0.bias"].In(parameters).ToArray();
        double[] x = [1, -2, 0.5];
        Assert.Equal(
            Enumerable.Range(0, 4).Select(o => bias[o] + Enumerable.Range(0, 3).Sum(i => x[i] * weight[(4 * i) + o])),
            Numbers(root.GetProperty("y")));
        var tensors = root.GetProperty("tensors");
        Assert.Equal(
            Enumerable.Range(0, 12).Select(i => (double)weight[(4 * (i % 3)) + (i / 3)]), Numbers(tensors.GetProperty("layers.0.weight")));
        Assert.Equal(bias.Select(value => (double)value), Numbers(tensors.GetProperty("layers.0.bias")));
        Assert.Equal(parameters[^5..].Select(value => (double)value), Numbers(tensors.GetProperty("caf\u00e9 \"1\"")));
    }

    [PythonFact]
    public async Task Given_a_file_that_python_wrote_When_a_network_starts_from_it_Then_the_parameters_are_pythons()
    {
        var layout = new ParameterLayout(("layers.0.weight", [3, 2]), ("layers.0.bias", [2]));
        var parameters = new float[8];

        var file = EveryWay.Read(await Python(Writer, []));
        file.CopyTo(layout, parameters);

        Assert.Equal([1, 4, 2, 5, 3, 6, 0.1f, -0.2f], parameters);
        Assert.Equal("caf\u00e9", file.Metadata["by"]);
    }

    private static IEnumerable<double> Numbers(JsonElement array) => array.EnumerateArray().Select(number => number.GetDouble());

    private static async Task<byte[]> Python(string script, byte[] input)
    {
        using var python = new Process
        {
            StartInfo = new ProcessStartInfo("python3", ["-c", script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        python.Start();
        using var output = new MemoryStream();
        var copy = python.StandardOutput.BaseStream.CopyToAsync(output);
        var errors = python.StandardError.ReadToEndAsync();
        await python.StandardInput.BaseStream.WriteAsync(input);
        python.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await python.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            python.Kill();
            Assert.Fail($"python3 over a safetensors file: expected its end within {Patience.TotalSeconds} s, got: {await errors}");
        }

        await copy;
        Assert.True(python.ExitCode == 0, $"python3: expected exit code 0, got {python.ExitCode}: {await errors}");
        return output.ToArray();
    }
}
