using System.Reflection;
using Xunit.Sdk;

namespace StreamLearn.Learners.Tests.Optimizers;

/// <summary>Runs a theory on each optimiser on each backend that has it: (row, backend).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnEveryRowAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
    [
        .. OptimizerRows.Cpu.Select(name => new object[] { name, Backend.Cpu }),
        .. OptimizerRows.All.Select(name => new object[] { name, Backend.Torch }),
    ];
}
