using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Torch;

/// <summary>Torch as it is in this process: finds out whether it loads and computes.</summary>
/// <remarks>
/// Native libraries fail late and with unreadable messages, so programs that learn with networks check first.
/// <code>
/// TorchCheck check = TorchRuntime.Check();
/// if (!check.Works)
///     Console.Error.WriteLine($"{check.Problem} {check.Advice}");
/// </code>
/// </remarks>
public static class TorchRuntime
{
    private const string NoDevice = "none";

    private static readonly Lazy<bool> _oneThread = new(() =>
    {
        set_num_threads(1);
        return true;
    });

    /// <summary>
    /// Gives Torch one thread on the processor in this process, once: a learner has one, there are as many learners at a time as processors, and
    /// sums are not to depend on how many threads share them.
    /// </summary>
    internal static void UseOneThread() => _ = _oneThread.Value;

    /// <summary>
    /// Loads Torch, multiplies two small matrices on the best device, and compares the product with one computed here.
    /// Never throws: what goes wrong is explained in the result.
    /// </summary>
    public static TorchCheck Check()
    {
        string version = "TorchSharp " + ManagedVersion();
        try
        {
            // Before TorchSharp does it: its own attempt drops the loader's reason and prints a trace to the console.
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
            return Multiply($"{version}, libtorch {__version__}");
        }
        catch (Exception exception)
        {
            TorchProblem problem = TorchProblem.From(exception);
            return new TorchCheck(false, version, NoDevice, false, 0, problem.Problem, problem.Advice);
        }
    }

    /// <summary>How many GPUs Torch can use here; 0 where it does not load or has none. Never throws.</summary>
    public static int CountGpus() => Check().CudaAvailable ? torch.cuda.device_count() : 0;

    /// <summary>Tensors of Torch that have been made in this process and not been disposed of.</summary>
    public static long LiveTensors => Tensor.TotalCount;

    private static TorchCheck Multiply(string version)
    {
        bool cuda = torch.cuda.is_available();
        string device = cuda ? "cuda:0" : "cpu";
        TorchProblem? problem = IsProductRight(device) ? null : TorchProblem.WrongProduct(device);
        bool works = problem is null;
        if (!cuda && IsCudaBuild())
        {
            problem ??= TorchProblem.NoCudaDriver;
        }

        return new TorchCheck(works, version, device, cuda, get_num_threads(), problem?.Problem, problem?.Advice);
    }

    /// <summary>Whole numbers, so that the product is exact on every device, whatever the order of additions.</summary>
    private static bool IsProductRight(string device)
    {
        const int Rows = 3, Inner = 4, Columns = 2;
        float[] left = [.. Enumerable.Range(1, Rows * Inner).Select(i => (float)i)];
        float[] right = [.. Enumerable.Range(1, Inner * Columns).Select(i => (float)(5 - i))];
        using DisposeScope scope = NewDisposeScope();
        float[] product = tensor(left, [Rows, Inner]).to(device)
            .matmul(tensor(right, [Inner, Columns]).to(device))
            .cpu().data<float>().ToArray();

        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                float expected = 0;
                for (int k = 0; k < Inner; k++)
                {
                    expected += left[i * Inner + k] * right[k * Columns + j];
                }

                if (product[i * Columns + j] != expected)
                {
                    return false;
                }
            }
        }

        return product.Length == Rows * Columns;
    }

    private static bool IsCudaBuild() =>
        File.Exists(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so"));

    private static string ManagedVersion()
    {
        Assembly assembly = typeof(torch).Assembly;
        string? version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        // A build's commit may follow after a plus sign.
        return version?.Split('+')[0] ?? assembly.GetName().Version?.ToString() ?? "of unknown version";
    }
}
