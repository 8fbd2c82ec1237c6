Attribute VB_Name = "CbamRibbon"
Option Explicit
' What the macros of the ribbon's buttons and of the worksheet functions share. Written by cbam_xl; "cbam-xl refresh" renews it.
'
' This module and those whose name begins with Cbam: MIT licence, the cbam_xl authors. Module xlwings: BSD 3-clause, see its
' head. Class Dictionary:
'
' Copyright (c) 2017 Tim Hall
'
' Permission is hereby granted, free of charge, to any person obtaining a copy
' of this software and associated documentation files (the "Software"), to deal
' in the Software without restriction, including without limitation the rights
' to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
' copies of the Software, and to permit persons to whom the Software is
' furnished to do so, subject to the following conditions:
'
' The above copyright notice and this permission notice shall be included in all
' copies or substantial portions of the Software.
'
' THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
' IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
' FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
' AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
' LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
' OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
' SOFTWARE.

Private mPython As Object
Private mRibbon As Object
Private mLocked As Collection

' One server object is kept: fetching it anew reads the whole configuration each time.
Public Function CbamPython() As Object
    If mPython Is Nothing Then Set mPython = XLPy()
    Set CbamPython = mPython
End Function

Public Function CbamFailed(why As String) As String
    Set mPython = Nothing
    CbamFailed = "#CBAM Python: " & why
End Function

' Values go to Python, not ranges: one block per argument, no calls back into Excel.
Public Function CbamValue(Optional x As Variant) As Variant
    If IsMissing(x) Then
        CbamValue = x
    ElseIf IsObject(x) Then
        CbamValue = x.Value2
    Else
        CbamValue = x
    End If
End Function

' A function without its last argument reads the inputs of this workbook; Excel then has to call it at each calculation.
Public Function CbamInstallation(Optional x As Variant) As Variant
    Dim n As Object, area As Range, part As Long, text As Variant, found() As Variant, k As Long
    If Not IsMissing(x) Then
        CbamInstallation = CbamValue(x)
        Exit Function
    End If
    Application.Volatile
    ReDim found(1 To 200, 1 To 1)
    For Each n In ThisWorkbook.Names
        If Left$(n.Name, 3) = "in_" And k < 190 Then
            Set area = n.RefersToRange
            For part = 1 To 10
                text = CbamPython().CallUDF("cbam_udfs.excel", "CBAM_READ", Array(area.Worksheet.Name, area.Value2, part))
                If Len(text) = 0 Or Left$(text, 1) = "#" Then Exit For
                k = k + 1
                found(k, 1) = text
            Next part
        End If
    Next n
    CbamInstallation = found
End Function

' Ribbon -------------------------------------------------------------------------------------------------------------

Public Sub CbamOnLoad(ribbon As Object)
    Set mRibbon = ribbon
    CbamWizardTexts
End Sub

Public Sub CbamStatus(control As Object, ByRef returnedVal As Variant)
    returnedVal = "cbam_xl " & CBAM_VERSION & IIf(mPython Is Nothing, ": Python not started", ": Python ready")
End Sub

Public Sub CbamUndo()
    CbamRun "undo"
End Sub

Public Sub CbamRestart(control As Object)
    Set mPython = Nothing
    On Error Resume Next
    KillPy
    On Error GoTo 0
    Application.CalculateFull
    CbamRefreshStatus
End Sub

Public Sub CbamHelp(control As Object)
    On Error GoTo missing
    ThisWorkbook.Worksheets("Functions").Activate
    Exit Sub
missing:
    MsgBox "The functions with an example each: run ""cbam-xl functions"" in a terminal.", vbInformation, "CBAM"
End Sub

' Runs a function of cbam_udfs.ribbon with this workbook, and with the texts that a button asked for.
Public Sub CbamRun(task As String, ParamArray given() As Variant)
    Dim k As Long, arguments As String
    For k = LBound(given) To UBound(given)
        arguments = arguments & ", " & CbamText(CStr(given(k)))
    Next k
    Application.StatusBar = "CBAM: starting Python ..."
    CbamUnlock
    On Error GoTo failed
    RunPython "import xlwings, cbam_udfs.ribbon as r; r." & task & "(xlwings.Book.caller()" & arguments & ")"
    CbamLock
    Application.StatusBar = False
    CbamRefreshStatus
    If task = "recalculate_installation" Then CbamOnUndo "Undo CBAM recalculation"
    If task = "import_supplier" Then CbamOnUndo "Undo import of the supplier's file"
    Exit Sub
failed:
    CbamLock
    Application.StatusBar = False
    MsgBox "Python can't be reached: " & Err.Description & vbCrLf & vbCrLf & _
        "Run ""cbam-xl doctor"" in a terminal: it says what is wrong.", vbExclamation, "CBAM"
End Sub

' Excel's own undo takes back what a button wrote last.
Private Sub CbamOnUndo(text As String)
    Application.OnUndo text, "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!CbamUndo"
End Sub

' A text as Python writes it, in letters that every code page has.
Private Function CbamText(text As String) As String
    Dim k As Long, letter As String
    For k = 1 To Len(text)
        letter = Mid$(text, k, 1)
        If letter Like "[A-Za-z0-9 ._:/-]" And AscW(letter) > 0 And AscW(letter) < 128 Then
            CbamText = CbamText & letter
        Else
            CbamText = CbamText & "\u" & Right$("000" & Hex$(AscW(letter) And &HFFFF&), 4)
        End If
    Next k
    CbamText = "'" & CbamText & "'"
End Function

' The path of a workbook to read; "" when the question is cancelled.
Public Function CbamOpen(title As String) As String
    Dim path As Variant
    path = Application.GetOpenFilename("Excel workbooks (*.xlsx; *.xlsm), *.xlsx;*.xlsm", , title)
    If VarType(path) = vbString Then CbamOpen = path
End Function

' The path of a workbook to write; "" when the question is cancelled, or when an existing file is to stay.
Public Function CbamSave(title As String, suggested As String, ending As String, replaces As Boolean) As String
    Dim path As Variant, there As String
    path = Application.GetSaveAsFilename(suggested, "Excel workbook (*." & ending & "), *." & ending, , title)
    If VarType(path) <> vbString Then Exit Function
    On Error Resume Next
    If replaces Then there = Dir$(path)
    On Error GoTo 0
    If Len(there) > 0 Then
        If MsgBox(path & " exists already. Replace it?", vbYesNo + vbQuestion, "CBAM") <> vbYes Then Exit Function
    End If
    CbamSave = path
End Function

Private Sub CbamRefreshStatus()
    On Error Resume Next
    If Not mRibbon Is Nothing Then mRibbon.InvalidateControl "cbamStatus"
End Sub

' The output sheets are protected without a password; they are opened for as long as a button writes.
Private Sub CbamUnlock()
    Dim sheet As Worksheet
    Set mLocked = New Collection
    On Error Resume Next
    For Each sheet In ThisWorkbook.Worksheets
        If sheet.ProtectContents Then
            sheet.Unprotect ""
            If Not sheet.ProtectContents Then mLocked.Add sheet
        End If
    Next sheet
End Sub

Private Sub CbamLock()
    Dim sheet As Worksheet
    On Error Resume Next
    For Each sheet In mLocked
        sheet.Protect AllowFormattingColumns:=True, AllowFormattingRows:=True, AllowSorting:=True, AllowFiltering:=True
    Next sheet
End Sub

' Function wizard: the texts stand on the hidden sheet _IntelliSense_, one function a row.
Private Sub CbamWizardTexts()
    Dim sheet As Worksheet, cells As Variant, texts() As String, r As Long, c As Long, n As Long, saved As Boolean
    On Error GoTo done
    saved = ThisWorkbook.Saved
    Set sheet = ThisWorkbook.Worksheets("_IntelliSense_")
    cells = sheet.UsedRange.Value2
    For r = 2 To UBound(cells, 1)
        n = 0
        ReDim texts(0 To UBound(cells, 2))
        For c = 5 To UBound(cells, 2) Step 2
            If Len(cells(r, c)) = 0 Then Exit For
            texts(n) = cells(r, c)
            n = n + 1
        Next c
        If n = 0 Then
            Application.MacroOptions Macro:=cells(r, 1), Description:=cells(r, 2), Category:="CBAM"
        Else
            ReDim Preserve texts(0 To n - 1)
            Application.MacroOptions Macro:=cells(r, 1), Description:=cells(r, 2), Category:="CBAM", ArgumentDescriptions:=texts
        End If
    Next r
    ThisWorkbook.Saved = saved
done:
End Sub
